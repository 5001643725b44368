"""validate_schema.py SCHEMA FILE...: says of each file `accepted` or `rejected`, by jsonschema.

YAML is read with the core schema of YAML 1.2, where PyYAML's own is that of 1.1.
"""
import json, re, sys
import jsonschema, yaml

class Loader(yaml.SafeLoader): pass
Loader.yaml_implicit_resolvers = {}
CORE = [
    ("null", r"~|null|Null|NULL|", "~nN"), ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
     "-+.0123456789"),
    ("merge", r"<<", "<"),
]
for tag, pattern, first in CORE:
    letters = list(first) + ([""] if tag == "null" else [])
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(f"^(?:{pattern})$"), letters)
Loader.add_constructor("tag:yaml.org,2002:int", lambda l, n: int(n.value, 0) if n.value[:2] in ("0o", "0x") else int(n.value))

schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for path in sys.argv[2:]:
    try:
        document = yaml.load(open(path, encoding="utf-8"), Loader)
        error = next(validator.iter_errors(document), None)
        print("rejected" if error else "accepted", path, "" if error is None else str(error.message)[:200].replace("\n", " "))
    except (yaml.YAMLError, ValueError, TypeError) as error:
        print("rejected", path, "unreadable")
