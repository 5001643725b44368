"""Checks report.html in headless Chromium: nothing is loaded from anywhere, no error or warning on the
console, no sideways scrolling of the page, no finding of axe-core, tables that sort, links that lead
somewhere, the same page without JavaScript, in the dark and on paper. Writes screenshots to look at.

    apt-get install chromium; pip install websockets axe-core-python
    python3 Tests/ReportTests/Browser/check.py FOLDER_FOR_SCREENSHOTS REPORT.html...
"""

import asyncio
import base64
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

import websockets

CHROMIUM = os.environ.get("CHROMIUM", "chromium")
WIDTHS = (390, 1280)
LARGEST = 2_000_000
# Of one part of a page, for axe-core, in seconds.
AXE_LIMIT = 300
# Rows of a table that axe-core looks at: the others are like them, and it is slow.
AXE_ROWS = 12


def axe_source():
    package = pathlib.Path(importlib.util.find_spec("axe_core_python").origin).parent
    return next(package.rglob("axe.min.js")).read_text()


class Browser:
    """A headless Chromium that is talked to over its debugging protocol."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage",
             "--remote-debugging-port=0",
             f"--user-data-dir={self.folder.name}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "DevTools listening on" in line:
                self.port = int(line.rsplit(":", 1)[1].split("/")[0])
                break
        else:
            raise SystemExit("chromium did not start")

    def page(self):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/json/new?about:blank", method="PUT")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["webSocketDebuggerUrl"]

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


class Page:
    def __init__(self, socket):
        self.socket = socket
        self.number = 0
        self.events = []

    async def call(self, method, **parameters):
        self.number += 1
        await self.socket.send(
            json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(await self.socket.recv())
            if message.get("id") == self.number:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    async def evaluate(self, expression):
        result = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise SystemExit(f"in the page: {result['exceptionDetails']}")
        return result["result"].get("value")

    async def open(self, path, width, dark, script=True):
        self.events.clear()
        await self.call("Emulation.setScriptExecutionDisabled", value=not script)
        await self.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                        deviceScaleFactor=1, mobile=width < 600)
        await self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        await self.call("Page.navigate", url=path.resolve().as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(json.loads(await self.socket.recv()))

    async def axe(self, source):
        """What axe-core finds, part by part."""
        await self.evaluate(source + ";0")
        await self.evaluate(FEWER_ROWS)
        parts = await self.evaluate(PARTS)
        around = {"include": [["body"]], "exclude": [[f"#{part}"] for part in parts]}
        runs = [("the page", "document", RULES), ("around sections", json.dumps(around), CONTRAST)]
        runs += [(p, json.dumps({"include": [[f"#{p}"]]}), CONTRAST) for p in parts]
        found = []
        for part, context, options in runs:
            try:
                async with asyncio.timeout(AXE_LIMIT):
                    found += await self.evaluate(AXE % (context, options))
            except TimeoutError:
                found.append(f"{part} took more than {AXE_LIMIT} s")
        return found

    async def shoot(self, file):
        size = (await self.call("Page.getLayoutMetrics"))["cssContentSize"]
        picture = await self.call("Page.captureScreenshot", captureBeyondViewport=True, clip={
            "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1})
        file.write_bytes(base64.b64decode(picture["data"]))


TOO_WIDE = """(() => { const w = document.documentElement.clientWidth;
  return document.documentElement.scrollWidth > w
    ? [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > w + 1)
        .slice(0, 5).map(e => e.tagName + '.' + e.className) : [] })()"""
DEAD_LINKS = """[...document.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute('href'))
  .filter(h => !document.getElementById(h.slice(1)))"""
TWICE = """(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return ids.filter((id, i) => ids.indexOf(id) !== i) })()"""
SORTS = """(() => { const bad = []; document.querySelectorAll('table.sortable').forEach((t, n) => {
  const texts = () => [...t.tBodies[0].rows].map(r => r.textContent).sort().join();
  const all = texts();
  [...t.tHead.rows[0].cells].forEach((h, i) => {
    const order = [];
    for (let k = 0; k < 2; k++) { h.querySelector('button').click();
      order.push([...t.tBodies[0].rows].map(r => r.cells[i].dataset.order)
        .filter(o => o !== undefined && o !== '' && o !== 'nan').map(Number)); }
    if (texts() !== all) bad.push('rows lost in table ' + n);
    const up = order[0].every((v, j, a) => !j || a[j - 1] <= v);
    const down = order[1].every((v, j, a) => !j || a[j - 1] >= v);
    if (!up || !down) bad.push('table ' + n + ' column ' + i + ' is not sorted');
  }) }); return bad })()"""
FEWER_ROWS = """document.querySelectorAll('tbody').forEach(b => {
  [...b.rows].slice(%d).forEach(r => r.remove()) })""" % AXE_ROWS
# Contrasts, the slowest rule, are looked at section by section: of a large page at once it takes many
# minutes. All other rules see the whole page.
PARTS = """[...document.querySelectorAll('section[id]')].map(s => s.id)"""
RULES = """{resultTypes: ['violations'], rules: {'color-contrast': {enabled: false}},
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}"""
CONTRAST = "{resultTypes: ['violations'], runOnly: {type: 'rule', values: ['color-contrast']}}"
AXE = """axe.run(%s, %s)
  .then(r => r.violations.map(v => v.id + ' x' + v.nodes.length + ': '
    + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + (n.any[0] || {}).message).join(' | ')))"""
# SVG text that leaves its drawing, or lies on other text of it.
CLIPPED = """(() => { const bad = []; document.querySelectorAll('svg[role=img]').forEach(s => {
  const b = s.getBoundingClientRect(); if (!b.width) return;
  const texts = [...s.querySelectorAll('text')].map(t => [t, t.getBoundingClientRect()]);
  for (const [t, r] of texts) if (r.left < b.left - 1 || r.right > b.right + 1 || r.top < b.top - 1
    || r.bottom > b.bottom + 1) bad.push('outside: ' + t.textContent);
  for (let i = 0; i < texts.length; i++) for (let j = 0; j < i; j++) {
    if (texts[i][0].hasAttribute('transform') || texts[j][0].hasAttribute('transform')) continue;
    const [a, c] = [texts[i][1], texts[j][1]];
    if (Math.min(a.right, c.right) - Math.max(a.left, c.left) > 1
      && Math.min(a.bottom, c.bottom) - Math.max(a.top, c.top) > 3)
      bad.push(texts[i][0].textContent + ' on ' + texts[j][0].textContent); }
  }); return [...new Set(bad)].slice(0, 8) })()"""


async def check(browser, path, folder, axe):
    found = []
    size = path.stat().st_size
    if size > LARGEST:
        found.append(f"{size} bytes, more than {LARGEST}")
    async with websockets.connect(browser.page(), max_size=None, ping_interval=None) as socket:
        page = Page(socket)
        for domain in ("Page", "Runtime", "Network", "Log"):
            await page.call(f"{domain}.enable")
        for width in WIDTHS:
            for dark in (False, True):
                name = f"{path.stem}-{width}-{'dark' if dark else 'light'}"
                await page.open(path, width, dark)
                await page.shoot(folder / f"{name}.png")
                checks = [("too wide", TOO_WIDE), ("dead link", DEAD_LINKS), ("id twice", TWICE),
                          ("text", CLIPPED), ("sorting", SORTS)]
                for words, expression in checks:
                    found += [f"{name}: {words}: {it}" for it in await page.evaluate(expression)]
                await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                found += [f"{name}, opened: too wide: {it}" for it in await page.evaluate(TOO_WIDE)]
                # Slow on large pages; once in the dark and once in the light is enough. Not by a
                # script element: the page's policy would refuse it.
                if dark == (width > 600):
                    found += [f"{name}: axe: {it}" for it in await page.axe(axe)]
                for event in page.events:
                    method, values = event.get("method"), event.get("params", {})
                    if method == "Network.requestWillBeSent":
                        url = values["request"]["url"]
                        if not url.startswith("data:") and url != path.resolve().as_uri():
                            found.append(f"{name}: loads {url}")
                    if method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled",
                                  "Log.entryAdded"):
                        found.append(f"{name}: console: {json.dumps(values)[:300]}")
        await page.open(path, 1280, False, script=False)
        await page.shoot(folder / f"{path.stem}-1280-no-script.png")
        printed = await page.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        (folder / f"{path.stem}.pdf").write_bytes(base64.b64decode(printed["data"]))
        await page.call("Page.navigate", url="about:blank")
    return size, sorted(set(found))


async def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    axe = axe_source()
    browser = Browser()
    bad = 0
    try:
        for argument in sys.argv[2:]:
            size, found = await check(browser, pathlib.Path(argument), folder, axe)
            print(f"{argument}: {size} bytes, {len(found)} findings")
            for line in found:
                print("  " + line)
            bad += len(found)
    finally:
        browser.close()
    sys.exit(1 if bad else 0)


asyncio.run(main())
