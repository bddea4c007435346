"""Queries about EPCIS events, without a database: what is asked (`parsing`), and whether an event is one of those (`conditions`).

`parameters` is the table of all that can be asked, `fields` finds values in an event, `values` says when two are the same, `patterns`
reads patterns of EPCs. `terms` tells an index what to keep of an event and where to look for a condition; an index may propose too much
and never too little, `matches` decides. Start with `parsing.Query`.
"""

from ledger_client.epcis.query.conditions import Condition, matches
from ledger_client.epcis.query.given_as import QueryParameter
from ledger_client.epcis.query.parsing import Order, Query, of_address, of_json

__all__ = ["Condition", "Order", "Query", "QueryParameter", "matches", "of_address", "of_json"]
