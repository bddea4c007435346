"""A small plant that captures events hour by hour, and asks where its things came from and went."""

from indexer import models as mirror
from ledger_client.codes import parse
from records.audiences import Policies, View
from records.capture import store_event
from tests.records.documents import SIGNER, alone
from tracing.ask import trace

ALL = View("regulator", Policies())
PLACES = {"dock": "urn:epc:id:sgln:6901234.00004.0", "shop": "urn:epc:id:sgln:6901234.00005.0"}


def lot(name, product="056780"):
    """The class code of a lot."""
    return f"urn:epc:class:lgtin:6901234.{product}.{name}"


def item(serial, product="056780"):
    """The code of one single item."""
    return f"urn:epc:id:sgtin:6901234.{product}.{serial}"


def pallet(number):
    """The code of a logistic unit."""
    return f"urn:epc:id:sscc:6901234.{number:010}"


def crate(number):
    """The code of a returnable crate."""
    return f"urn:epc:id:grai:6901234.00001.{number}"


def amount(code, quantity, uom="KGM"):
    """So much of a class."""
    return {"epcClass": code, "quantity": quantity} | ({"uom": uom} if uom else {})


class Plant:
    """Each call is an event; `at` is the hour of 1 September 2026, by default the next."""

    def __init__(self, engine, sessions):
        mirror.create(engine)
        self.sessions, self.hour = sessions, 0

    def write(self, kind, at=None, signer=SIGNER, **said):
        """Capture an event; the number of its record."""
        self.hour = self.hour + 1 if at is None else self.hour
        time = f"2026-09-{1 + (at or self.hour) // 24:02}T{(at or self.hour) % 24:02}:00:00+00:00"
        whole = {"type": kind, "eventTime": time, "eventTimeZoneOffset": "+00:00", **said}
        with self.sessions.begin() as session:
            return store_event(session, signer, alone(whole))[0].record_id

    def make(self, used, made, **said):
        """Turn amounts into amounts."""
        names = {"inputQuantityList": used, "outputQuantityList": made}
        return self.write("TransformationEvent", bizStep="creating_class_instance", **{n: v for n, v in names.items() if v}, **said)

    def mark(self, codes, **said):
        """Give single things their codes."""
        return self.write("ObjectEvent", action="ADD", bizStep="commissioning", epcList=codes, **said)

    def pack(self, parent, children=(), lots=(), action="ADD", **said):
        """Put things into a parent, or with DELETE take them out."""
        names = {"childEPCs": list(children), "childQuantityList": list(lots)}
        step = "packing" if action == "ADD" else "unpacking"
        return self.write("AggregationEvent", action=action, bizStep=step, parentID=parent, **{n: v for n, v in names.items() if v}, **said)

    def move(self, codes=(), lots=(), step="shipping", to="shop", **said):
        """Send things somewhere."""
        names = {"epcList": list(codes), "quantityList": list(lots)}
        bound = {"destinationList": [{"type": "location", "destination": PLACES[to]}]} if to else {}
        return self.write("ObjectEvent", action="OBSERVE", bizStep=step, **{n: v for n, v in names.items() if v}, **bound, **said)

    def trace(self, code, direction="forward", view=ALL, **limits):
        """The answer."""
        with self.sessions() as session:
            return trace(session, parse(code), direction, view, **limits)


def short(answer):
    """The things of an answer, each as the last part of its code, with how it was reached."""
    return {thing.code.rpartition("/")[2]: thing.how for thing in answer.things}


def whys(answer):
    """Why it ends, each reason once."""
    return {str(end.why) for end in answer.ends}
