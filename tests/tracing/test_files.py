"""A trace as CSV and GraphML: read back by those who read such files."""

from __future__ import annotations

import csv
import io

import networkx

from tests.tracing.stories import GTIN, PLANT, RAW, SHOPS, Story, milk
from tracing.answer import Why
from tracing.files import csv_lines, graphml_lines

NAMES = {PLANT: "扬州", GTIN: "鲜奶\x00"}


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_networkx_reads_the_graph_and_finds_the_way_from_the_tank_to_the_shops():
    trace = milk().told()
    graph = networkx.parse_graphml("".join(graphml_lines(trace, NAMES)))
    assert graph.is_directed()
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (len(trace.things) + len(trace.steps), len(trace.links))
    told = {"start": f"{RAW}/10/S7", "direction": "forward", "complete": True, "checked": len(trace.steps)}
    assert graph.graph.items() >= told.items()
    reached = [graph.nodes[node] for node in networkx.descendants(graph, "t1")]
    assert {node["place"] for node in reached if node.get("businessStep") == "retail_selling"} == {SHOPS[0]}
    assert graph.edges["t1", "s1"] == {"part": "input", "quantity": 100.0, "unit": "KGM", "verdict": "verified"}
    assert (graph.nodes["t2"]["label"], graph.nodes["s1"]["placeName"]) == ("鲜奶\ufffd", "扬州")


def test_a_file_says_whether_it_is_all_and_where_it_is_not():
    story = milk()
    story.end(Why.CUSTODY, 3, 14)
    trace = story.told()
    rows = read("".join(csv_lines(trace, {})))
    assert (rows[0]["row"], rows[0]["complete"], rows[0]["thing"]) == ("trace", "no", f"{RAW}/10/S7")
    ends = [(row["kind"], row["thing"], row["event_id"]) for row in rows if row["row"] == "end"]
    assert ends == [("custody", f"{GTIN}/10/B", "urn:x:14")]
    graph = networkx.parse_graphml("".join(graphml_lines(trace, {})))
    assert (graph.graph["complete"], graph.graph["ends"]) == (False, f"custody: {GTIN}/10/B urn:x:14")
    assert read("".join(csv_lines(milk().told(), {})))[0]["complete"] == "yes"


def test_a_row_of_the_table_is_a_thing_in_a_step_by_time():
    rows = [row for row in read("".join(csv_lines(milk().told(), NAMES))) if row["row"] == "link"]
    assert len(rows) == len(milk().told().links)
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    wanted = ("transformed", "扬州", f"{RAW}/10/S7", "input", "100", "KGM", "verified")
    assert tuple(rows[0][name] for name in ("kind", "place_name", "thing", "role", "quantity", "unit", "verdict")) == wanted


def test_no_cell_is_a_formula():
    story = Story()
    story.thing("=cmd|' /C calc'!A1", "other")
    story.step("observed", "@sum", 1, "+1", (1, "object"))
    text = "".join(csv_lines(story.told(), {"+1": "-1"}))
    assert all(not cell.startswith(tuple("=+-@")) for row in read(text) for cell in row.values())
