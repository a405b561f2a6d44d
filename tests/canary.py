"""A server on loopback that nothing may reach: what calls it was led astray."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Canary:
    """Counts who connects; `address` is where it listens."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.calls = 0


@contextmanager
def listening() -> Iterator[Canary]:
    """A canary for as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        canary = Canary(f"http://127.0.0.1:{server.getsockname()[1]}/")
        done = threading.Event()

        def count() -> None:
            while not done.is_set():
                try:
                    caller, _ = server.accept()
                except TimeoutError:
                    continue
                canary.calls += 1
                caller.close()

        counting = threading.Thread(target=count)
        counting.start()
        try:
            yield canary
        finally:
            done.set()
            counting.join()


DISGUISED = [
    "SELECT * { SERVICE <CANARY> { ?s ?p ?o } }",
    "SELECT * { service <CANARY> { ?s ?p ?o } }",
    "SELECT * { SERVICE#comment\n<CANARY> { ?s ?p ?o } }",
    "SELECT * { SERVICE#comment\r<CANARY> { ?s ?p ?o } }",
    "SELECT * { #\rSERVICE <CANARY> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <CANARY> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <CANARY> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <CANARY> { ?s ?p ?o } }",
    "SELECT * { ſERVICE <CANARY> { ?s ?p ?o } }",
    "SELECT * { ＳERVICE <CANARY> { ?s ?p ?o } }",
    "SELECT * { SERVICE\u00a0<CANARY> { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <CANARY> } SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { BIND(IRI('CANARY') AS ?x) SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE <CANARY> { ?s ?p ?o } } } }",
    "SELECT * { FILTER EXISTS { SERVICE <CANARY> { ?s ?p ?o } } }",
    "SELECT * { FILTER(EXISTS{SERVICE<CANARY>{?s ?p ?o}}) }",
    "SELECT * { OPTIONAL { SERVICE <CANARY> { ?s ?p ?o } } }",
    "SELECT * { {} UNION { SERVICE <CANARY> { ?s ?p ?o } } }",
    "SELECT * { {} MINUS { SERVICE <CANARY> { ?s ?p ?o } } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <CANARY> { ?s ?p ?o } }",
    "ASK { SERVICE <CANARY> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <CANARY> { ?s ?p ?o } }",
    "PREFIX x: <CANARY> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "PREFIX x: <CANARY> SELECT * { SERVICEx:y { ?s ?p ?o } }",
    "PREFIX x: <CANARY> SELECT * { SERVICESILENTx:y { ?s ?p ?o } }",
    "PREFIX SERVICEx: <CANARY> SELECT * { SERVICEx:y { ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE<CANARY>{ ?a ?b ?c } }",
    "PREFIX x: <CANARY> SELECT * { ?s ?p trueSERVICEx:y{ ?a ?b ?c } }",
    "SELECT * { VALUES ?x {UNDEF}SERVICE<CANARY>{ ?s ?p ?o } }",
    "PREFIX x: <a:> SELECT * { ?s ?p x:.SERVICE<CANARY>{ ?a ?b ?c } }",
    "PREFIX x: <a:> SELECT * { ?s ?p x:p.SERVICE<CANARY>{ ?a ?b ?c } }",
    "SELECT * { ?s ?p _:b.SERVICE<CANARY>{ ?a ?b ?c } }",
    "SELECT * { ?s ?p 1.SERVICE<CANARY>{ ?a ?b ?c } }",
    "SELECT * { ?s ?p 'x'@en-1SERVICE<CANARY>{ ?a ?b ?c } }",
    "PREFIX x: <CANARY> SELECT * { FILTER(1<2)SERVICEx:y#>)\n{ ?s ?p ?o } }",
    "PREFIX x: <CANARY> SELECT * { FILTER(BOUND(?x)<2)SERVICEx:y#>)\n{ ?s ?p ?o } }",
    "PREFIX x: <CANARY> SELECT * { FILTER(true<2)SERVICEx:y#>)\n{ ?s ?p ?o } }",
    "PREFIX x: <CANARY> SELECT * { FILTER('a'@en<2)SERVICEx:y#>)\n{ ?s ?p ?o } }",
    "SELECT * { FILTER(1<'>)' ) SERVICE <CANARY> { ?s ?p ?o } } #'\n}",
    "PREFIX x: <a:> SELECT * { FILTER(1<x:y#>) ''' \n) SERVICE <CANARY> { ?s ?p ?o } } #'''\n}",
    'SELECT * { VALUES ?x { """x" } SERVICE <CANARY> { ?s ?p ?o } } #"""',
    "PREFIX peel: <CANARY> SELECT * { SERVICE peel:search { ?f peel:query 'x' } }",
    "SELECT * { SERVICE peel:search { SERVICE <CANARY> { ?s ?p ?o } } }",
    "SELECT * FROM <CANARY> { ?s ?p ?o }",
    "SELECT * FROM NAMED <CANARY> { GRAPH ?g { ?s ?p ?o } }",
    "PREFIX x: <CANARY> SELECT * FROM x: { ?s ?p ?o }",
    "SELECT * { GRAPH <CANARY> { ?s ?p ?o } }",
    "LOAD <CANARY>",
    "LOAD SILENT <CANARY> INTO GRAPH <a:b>",
    "SELECT * { } ; LOAD <CANARY>",
]
"""Queries that would reach CANARY, or that look as if; the ways an engine cuts text into words are among them."""
