/// The page's only program: a click on a column's title sorts the table by it. Without it, all is
/// there, in the order of the tables.
enum Script {
  static let text: StaticString = """
    document.querySelectorAll('table.sortable').forEach(t=>{const b=t.tBodies[0],hs=[...t.tHead.rows[0].cells];
    hs.forEach((h,i)=>{const k=document.createElement('button');k.type='button';k.append(...h.childNodes);h.append(k);
    k.onclick=()=>{const d=h.ariaSort==='ascending'?-1:1,v=r=>{const c=r.cells[i],o=c.dataset.order;
    return o===undefined?c.textContent:o===''?NaN:+o};hs.forEach(x=>x.removeAttribute('aria-sort'));
    h.setAttribute('aria-sort',d>0?'ascending':'descending');[...b.rows].sort((p,q)=>{const a=v(p),c=v(q);
    if(typeof a==='number'&&typeof c==='number')return isNaN(a)?isNaN(c)?0:1:isNaN(c)?-1:d*(a-c);
    return d*String(a).localeCompare(String(c),'en',{numeric:true})}).forEach(r=>b.append(r))}})});
    """

  /// What the page's policy allows to run: nothing but this text.
  static let digest = "sha256-370CMtq77Kc8LadQVLlCoCMiB0xCts1aqKW/og8fuj0="
}
