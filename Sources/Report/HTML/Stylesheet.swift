/// How the page looks: on a wide screen, on a phone, in the dark, on paper.
///
/// Colours of series are those of Okabe and Ito, which people tell apart who do not see all colours;
/// darkened or lightened where they would be too faint on the page.
///
/// - Source: Okabe and Ito 2008, Color Universal Design.
enum Stylesheet {
  static let text: StaticString = """
    :root{--page:#fff;--raised:#f6f7f8;--ink:#1d2125;--soft:#59626b;--line:#dde1e5;--grid:#e8ebee;--link:#0b5cad;
    --seq:0 114 178;--err:213 94 0;--bar-ink:0 114 178;--bar-a:.45;
    --c0:#0072b2;--c1:#d55e00;--c2:#00825f;--c3:#b3508a;--c4:#a87400;--c5:#2f8fc4;--c6:#4a5056;
    --ok:#00694c;--suspicious:#8a5a00;--broken:#b42318}
    @media screen and (prefers-color-scheme:dark){:root{--page:#14171a;--raised:#1c2024;--ink:#e6e9ec;--soft:#a3adb7;
    --line:#343a40;--grid:#272c31;--link:#7cb8f2;--seq:0 104 165;--err:178 76 0;--bar-ink:86 180 233;--bar-a:.55;
    --c0:#56b4e9;--c1:#f08a4b;--c2:#2bbf93;--c3:#e29bc2;--c4:#e6b422;--c5:#8fd0f5;--c6:#c3cad1;
    --ok:#4fcf9f;--suspicious:#f0c04a;--broken:#ff8f85}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
    body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,
    "Helvetica Neue","Liberation Sans","DejaVu Sans",Arial,sans-serif;overflow-wrap:break-word}
    .page{max-width:74rem;margin:0 auto;padding:1.5rem 1.15rem 4rem}
    main{min-width:0}
    a{color:var(--link);text-underline-offset:.15em}
    a:focus-visible,summary:focus-visible,button:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);
    outline-offset:2px}
    .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--page);padding:.4rem .8rem}
    h1{font-size:1.9rem;line-height:1.2;margin:0 0 .6rem;letter-spacing:-.015em}
    h2{font-size:1.35rem;line-height:1.3;margin:0 0 .5rem;letter-spacing:-.01em}
    h3{font-size:1.02rem;line-height:1.4;margin:2rem 0 .4rem}
    p{margin:.5rem 0;max-width:44rem}
    section{margin-top:3.5rem;padding-top:1.6rem;border-top:1px solid var(--line)}
    .kicker{color:var(--soft);font-size:.9rem;margin:0 0 .3rem}
    .question{font-size:1.2rem;line-height:1.5;margin:.3rem 0 1rem}
    .answer{border-left:3px solid var(--c0);background:var(--raised);padding:.8rem 1.1rem;margin:1.2rem 0}
    .answer b{display:block;font-size:.85rem;color:var(--soft);font-weight:600}
    .warning{border-left-color:var(--suspicious)}
    .lead,.note{color:var(--soft)}.note{font-size:.9rem}
    .facts{display:flex;flex-wrap:wrap;gap:.3rem 1.6rem;list-style:none;padding:0;margin:1rem 0;color:var(--soft)}
    .facts b{color:var(--ink);font-weight:600;font-variant-numeric:tabular-nums}
    nav{font-size:.92rem;margin-bottom:2rem}
    nav ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.1rem 1.1rem}
    nav a{color:var(--soft);text-decoration:none;display:inline-block;padding:.2rem 0}
    nav a:hover{color:var(--link);text-decoration:underline}
    .nav-title{font-weight:600;margin:0 0 .3rem}
    @media screen and (min-width:64rem){.page{display:grid;grid-template-columns:12.5rem minmax(0,1fr);gap:3rem;
    padding-top:3rem}nav{position:sticky;top:2rem;align-self:start;max-height:calc(100vh - 4rem);overflow:auto}
    nav ul{display:block}}
    .scroll{overflow-x:auto;margin:1rem 0;border:1px solid var(--line);border-radius:.4rem}
    table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.4;font-variant-numeric:tabular-nums}
    caption{text-align:left;padding:.6rem .8rem;color:var(--soft);font-size:.85rem}
    th,td{padding:.42rem .8rem;text-align:left;vertical-align:top;border-top:1px solid var(--grid)}
    thead th{border-top:0;border-bottom:1px solid var(--line);font-weight:600;vertical-align:bottom;white-space:nowrap}
    tbody th{font-weight:500;min-width:8.5rem}
    tbody tr:first-child>*{border-top:0}
    .number{text-align:right;white-space:nowrap}
    .bar{background:linear-gradient(rgb(var(--bar-ink)/var(--bar-a)),rgb(var(--bar-ink)/var(--bar-a))) no-repeat
    left calc(100% - 1px)/var(--bar) 3px}
    .sub{color:var(--soft);font-size:.82rem;margin-left:.5rem}
    td .sub{display:inline-block;min-width:5.6rem;text-align:left}td .sub+.sub{min-width:0}
    .doubt{text-decoration:none;font-weight:700;margin-right:.5rem}.doubt.suspicious{color:var(--suspicious)}
    .doubt.broken{color:var(--broken)}
    .sortable thead button{all:unset;cursor:pointer;font:inherit;white-space:nowrap}
    .sortable thead button::after{content:" \\2195";color:var(--soft);font-weight:400}
    .sortable [aria-sort=ascending] button::after{content:" \\2191"}
    .sortable [aria-sort=descending] button::after{content:" \\2193"}
    figure{margin:1.6rem 0 2.2rem}
    figcaption{color:var(--soft);font-size:.9rem;max-width:44rem;margin-top:.6rem}
    .panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,18.5rem),1fr));gap:1.4rem 1.8rem}
    .panel{margin:0;min-width:0;max-width:30rem}
    .panel-title{font-weight:600;font-size:.92rem;margin:0 0 .2rem;line-height:1.35}
    .panel-title span{font-weight:400;color:var(--soft)}
    .wide{overflow-x:auto}.wide svg{min-width:34rem;max-width:60rem}
    .legend{display:flex;flex-wrap:wrap;gap:.25rem 1.3rem;list-style:none;margin:0 0 1rem;padding:0;font-size:.88rem}
    .legend li{display:flex;align-items:center;gap:.45rem}.legend svg{width:2.4rem;height:1rem;flex:none}
    details{margin:.8rem 0}summary{cursor:pointer;color:var(--link);font-size:.9rem;width:fit-content}
    pre{overflow-x:auto;background:var(--raised);border:1px solid var(--line);border-radius:.4rem;padding:.8rem 1rem;
    font-size:.82rem;line-height:1.5;max-width:none}
    code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}
    code{font-size:.88em;overflow-wrap:anywhere}
    dl{display:grid;grid-template-columns:minmax(8rem,max-content) minmax(0,1fr);gap:.4rem 1.4rem;font-size:.92rem}
    dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
    @media (max-width:34rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.7rem}h1{font-size:1.55rem}
    th,td{padding:.4rem .6rem}}
    .badge{display:inline-block;font-size:.8rem;font-weight:600;line-height:1.5;border:1px solid;border-radius:1rem;
    padding:0 .6rem;white-space:nowrap}
    .badge.ok{color:var(--ok)}.badge.suspicious{color:var(--suspicious)}.badge.broken{color:var(--broken)}
    .reasons{margin:0;padding-left:1.1rem;min-width:16rem}
    svg{display:block;width:100%;height:auto;font-family:inherit}
    svg text{fill:var(--soft);font-size:11px;font-variant-numeric:tabular-nums}
    svg .ink{fill:var(--ink)}
    .end{text-anchor:end}.middle{text-anchor:middle}
    .grid{stroke:var(--grid);fill:none}.axis{stroke:var(--soft);fill:none}
    .s path,.s line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
    .s .mark{fill:currentColor;stroke:var(--page);stroke-width:1}
    .s.open .mark{fill:var(--page);stroke:currentColor;stroke-width:1.5}
    .s .whisker{stroke-width:1.25;stroke-opacity:.75}
    .s.open path.run{stroke-width:1.25}
    .c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}.c4{color:var(--c4)}
    .c5{color:var(--c5)}.c6{color:var(--c6)}
    .d1{stroke-dasharray:7 4}.d2{stroke-dasharray:2 4}.d3{stroke-dasharray:9 3 2 3}
    .fill{fill:currentColor}.lost{fill:currentColor;fill-opacity:.18;stroke:currentColor;stroke-dasharray:3 2}
    .parallel path.best{stroke-width:2.25}.parallel path.other{stroke-width:1;stroke-opacity:.45;stroke-dasharray:4 3}
    .halo{paint-order:stroke;stroke:var(--page);stroke-width:3px}
    .reason{white-space:pre-wrap}
    .cell{stroke:var(--page);stroke-width:1.5;fill:rgb(var(--seq))}.none{fill:var(--raised)}
    .front{fill:none;stroke:var(--ink);stroke-width:1.25;stroke-dasharray:1 3;stroke-linecap:round}
    .fit{width:fit-content;max-width:100%;padding:.4rem}
    .unseen{position:absolute;width:1px;height:1px;padding:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    .matrix{width:auto}.matrix th,.matrix td{text-align:center;padding:.25rem .4rem;border:0;min-width:1.9rem}
    .matrix thead th{border-bottom:0;color:var(--soft)}.matrix tbody th{color:var(--soft)}
    .matrix .hit{background:rgb(var(--seq)/var(--share))}.matrix .miss{background:rgb(var(--err)/var(--share))}
    .matrix .zero{color:var(--soft);opacity:.6}
    .thumbs{display:grid;grid-template-columns:repeat(auto-fill,minmax(6.6rem,1fr));gap:1rem .8rem;list-style:none;
    padding:0;margin:1rem 0}
    .thumbs li,.triple li{font-size:.8rem;line-height:1.4}
    .thumbs img,.triple img{display:block;width:100%;height:auto;aspect-ratio:1;object-fit:contain;image-rendering:pixelated;
    background:#000;border:2px solid var(--line);border-radius:.2rem}
    .thumbs .fooled img,.triple .fooled img{border-color:var(--broken)}
    .triple{display:grid;grid-template-columns:repeat(3,minmax(0,8.5rem));gap:.6rem;list-style:none;padding:0;margin:0}
    .triples{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.4rem 2rem}
    .said{display:block;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
    .said.right{color:var(--ok)}.said.wrong{color:var(--broken);font-weight:600}
    @media print{.page{max-width:none;padding:0;display:block}body{font-size:10pt}nav,.skip{display:none}
    section{margin-top:1.5rem;padding-top:1rem}figure,tr,.panel,.triple,.matrix{break-inside:avoid}
    h2,h3,h3+p,.lead,.legend{break-after:avoid;break-inside:avoid}
    .scroll{overflow:visible;border:0}table{font-size:8.5pt}th,td{padding:.2rem .4rem}
    .sortable thead button::after{content:""}pre{white-space:pre-wrap}
    *{-webkit-print-color-adjust:exact;print-color-adjust:exact}a{color:inherit}}
    """
}
