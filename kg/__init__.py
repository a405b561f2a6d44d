"""Saying it: pages become values, values become checked triples, triples go into a store."""

from importlib import import_module

_ontology = import_module("ontology")
if not hasattr(_ontology, "PEELGRAPH_ONTOLOGY"):
    raise ImportError(
        f"another module called `ontology` was found at {_ontology.__file__}: "
        "install peelgraph in an environment of its own (python -m venv .venv)"
    )
