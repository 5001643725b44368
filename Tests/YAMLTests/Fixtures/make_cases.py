"""Writes cases.json: texts and what they mean in YAML 1.2.

    python3 -m venv /tmp/yaml && /tmp/yaml/bin/pip install ruamel.yaml PyYAML
    /tmp/yaml/bin/python make_cases.py

Trees are those of ruamel.yaml (YAML 1.2, core schema by the rules below), checked against PyYAML's
events, which are an implementation of YAML 1.1 of its own. Where the two differ, or where the
specification differs from both, the case says what is right and why.
"""
import json, pathlib, re
import ruamel.yaml, yaml
from ruamel.yaml.events import *

NULL = {"", "~", "null", "Null", "NULL"}
BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

def resolve(text):
    """YAML 1.2.2, section 10.3.2."""
    if text in NULL: return None
    if text in BOOL: return BOOL[text]
    if re.fullmatch(r"[-+]?[0-9]+", text): return int(text)
    if re.fullmatch(r"0o[0-7]+", text): return int(text[2:], 8)
    if re.fullmatch(r"0x[0-9a-fA-F]+", text): return int(text[2:], 16)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text): return float(text)
    if re.fullmatch(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", text): return {"float": text}
    return text

class Other(Exception): pass

def tree(events, styles=(None, "")):
    anchors = {}
    def node(event):
        name = type(event).__name__
        if name == "AliasEvent": return anchors[event.anchor]
        if name == "ScalarEvent":
            tag = str(event.tag) if event.tag else None
            tag = tag.removeprefix("tag:yaml.org,2002:").removeprefix("!!") if tag else None
            if tag in ("str", "!"): value = event.value
            elif tag == "float": value = float(resolve(event.value))
            elif tag in ("int", "bool", "null"): value = resolve(event.value)
            elif tag: raise Other(tag)
            else: value = resolve(event.value) if event.style in (None, "") else event.value
            # ruamel marks where it folded.
            if event.style == ">": value = value.replace("\a", "")
        elif name == "SequenceStartEvent":
            value = []
            if event.anchor: anchors[event.anchor] = value
            while type(e := next(events)).__name__ != "SequenceEndEvent": value.append(node(e))
        elif name == "MappingStartEvent":
            pairs = []
            while type(e := next(events)).__name__ != "MappingEndEvent":
                pairs.append([node(e), node(next(events))])
            value = {"map": pairs}
        else: raise Other(name)
        if event.anchor: anchors[event.anchor] = value
        return value
    for event in events:
        if type(event).__name__ in ("ScalarEvent", "SequenceStartEvent", "MappingStartEvent"):
            return node(event)

def ruamel_tree(text):
    y = ruamel.yaml.YAML(pure=True); y.version = None
    return tree(iter(list(y.parse(text))))

def pyyaml_tree(text):
    return tree(iter(list(yaml.parse(text))))

exec(pathlib.Path(__file__).with_name("cases.py").read_text())

out, unlike = [], []
for name, text, *special in CASES:
    found = []
    for read in (ruamel_tree, pyyaml_tree):
        try: found.append(json.dumps(read(text), ensure_ascii=False))
        except Exception as error: found.append("error")
    if special:
        expected, why = special
        case = {"name": name, "yaml": text, "why": why}
        want = "error" if expected is ERROR else json.dumps(expected, ensure_ascii=False)
    else:
        case = {"name": name, "yaml": text}
        want = found[0]
        if found[0] != found[1]: unlike.append((name, text, *found))
    if want == "error": case["error"] = True
    else: case["tree"] = json.loads(want)
    out.append(case)
pathlib.Path(__file__).with_name("cases.json").write_text(
    json.dumps(out, ensure_ascii=False, indent=1) + "\n")
print(len(out), "cases")
for each in unlike: print("UNLIKE", each)
