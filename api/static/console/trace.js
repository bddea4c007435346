// The picture of a trace: the server's boxes and arrows, laid out by dagre and drawn by cytoscape. Every text is the server's.
"use strict";
(() => {
  const canvas = document.getElementById("canvas");
  const card = document.getElementById("picture");
  const { boxes, arrows } = JSON.parse(canvas.dataset.graph);
  if (!boxes.length) return;
  card.hidden = false;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const struck = (tone) => (tone === "struck" ? "quiet" : tone);
  // A verdict has a colour, a mark in the label, and a border of its own.
  const BORDERS = { good: "solid", wait: "dashed", bad: "double", warn: "dotted", quiet: "dotted", struck: "dashed" };
  const style = () => [
    {
      selector: "node",
      style: {
        shape: "round-rectangle", width: 156, height: 62, label: "data(label)", "text-wrap": "wrap", "text-max-width": 400, "text-valign": "center",
        "font-size": 12, "font-family": getComputedStyle(document.body).fontFamily, color: colour("ink"),
        "background-color": (node) => colour(`${struck(node.data("tone"))}-fill`), "border-color": (node) => colour(struck(node.data("tone"))),
        "border-style": (node) => BORDERS[node.data("tone")], "border-width": (node) => (node.data("tone") === "bad" ? 6 : 2),
      },
    },
    { selector: "node[sort = 'step']", style: { shape: "cut-rectangle", "background-color": colour("card"), height: 58, width: 132 } },
    { selector: "node[sort = 'place']", style: { shape: "barrel", "background-color": colour("fill"), height: 50 } },
    { selector: "node[?many]", style: { ghost: "yes", "ghost-offset-x": 5, "ghost-offset-y": 5, "ghost-opacity": 0.5 } },
    { selector: "node[?start]", style: { "border-width": 5, "border-color": colour("ink"), "border-style": "solid", "font-weight": "bold" } },
    {
      selector: "edge",
      style: {
        "curve-style": "bezier", "target-arrow-shape": "triangle", width: 2, label: "data(label)", "text-wrap": "wrap", "font-size": 11,
        color: colour("ink"), "text-background-color": colour("card"), "text-background-opacity": 0.9, "text-background-padding": 2,
        "line-color": (edge) => colour(struck(edge.data("tone"))), "target-arrow-color": (edge) => colour(struck(edge.data("tone"))),
        "line-style": (edge) => (edge.data("tone") === "good" ? "solid" : "dashed"),
      },
    },
    { selector: "edge[?ahead]", style: { "source-endpoint": "90deg", "target-endpoint": "270deg" } },
    {
      selector: "edge[?bends]",
      style: {
        "curve-style": "round-segments", "edge-distances": "node-position", "segment-radii": 24,
        "segment-weights": (edge) => edge.data("bends").map(([weight]) => weight), "segment-distances": (edge) => edge.data("bends").map(([, far]) => far),
      },
    },
    { selector: ".faded", style: { opacity: 0.16 } },
    { selector: "edge:selected", style: { "overlay-color": colour("accent"), "overlay-opacity": 0.18, "overlay-padding": 4 } },
    { selector: "node:selected", style: { "overlay-color": colour("accent"), "overlay-opacity": 0.18, "overlay-padding": 6 } },
  ];
  const cy = cytoscape({
    container: canvas,
    elements: [
      ...boxes.map((box) => ({ group: "nodes", data: box })),
      ...arrows.map((arrow, number) => ({ group: "edges", data: { id: `a${number}`, ...arrow } })),
    ],
    style: style(),
    minZoom: 0.05,
    maxZoom: 3,
    boxSelectionEnabled: false,
    autoungrabify: true,
    layout: { name: "dagre", rankDir: "LR", nodeSep: 18, rankSep: 108, edgeSep: 12, ranker: boxes.length > 200 ? "longest-path" : "network-simplex", fit: false,
      useDagreEdgeControlPoints: true, automaticDagreEdgeStyle: false },
  });

  // An arrow goes from the right of a box to the left of another, so that it crosses no box of its columns, and runs level through each
  // column that lies between, where dagre keeps it a place.
  // A bend is (how far on the way from box to box, how far beside it), as dagre and cytoscape both count.
  const columns = [...new Set(cy.nodes().map((node) => Math.round(node.position("x"))))].sort((one, other) => one - other);
  const HALF = 84; // of a column, a little more than of a box
  const bends = (edge) => {
    const [from, to] = [edge.source().position(), edge.target().position()];
    const crossed = columns.filter((x) => x > from.x + 1 && x < to.x - 1);
    const beside = edge.scratch("controlPointDistances");
    if (!crossed.length || beside?.length !== 2 * crossed.length + 1) return null; // dagre has a point in each gap, too
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const [right, down] = [(to.x - from.x) / length, (to.y - from.y) / length];
    return crossed.flatMap((x, place) => {
      const far = beside[2 * place + 1];
      const y = far * right + ((x - from.x + far * down) / right) * down; // of the point in this column, from the start
      return [x - HALF, x + HALF].map((here) => [((here - from.x) * right + y * down) / length, y * right - (here - from.x) * down]);
    });
  };
  cy.batch(() => cy.edges().forEach((edge) => edge.data({ ahead: edge.target().position("x") > edge.source().position("x") + 1, bends: bends(edge) })));
  window.tracePicture = cy; // for tests

  // As high as it takes, and never smaller than can be read: a wide picture opens at what was asked for, and is moved about.
  const LEAST = 0.75;
  const ROOM = 24;
  const size = () => {
    const box = cy.elements().boundingBox();
    const scale = Math.min(1, Math.max(LEAST, (canvas.clientWidth - 2 * ROOM) / box.w));
    canvas.style.height = `${Math.min(Math.max(box.h * scale + 6 * ROOM, 320), Math.max(320, Math.min(640, innerHeight * 0.7)))}px`;
    cy.resize();
  };
  const fit = () => {
    cy.fit(cy.elements(), ROOM);
    if (cy.zoom() > 1) cy.zoom(1);
    cy.center();
  };
  const open = () => {
    size();
    fit();
    if (cy.zoom() >= LEAST) return;
    cy.zoom(LEAST);
    const start = cy.nodes("[?start]").nonempty() ? cy.nodes("[?start]") : cy.nodes().first();
    const box = start.renderedBoundingBox();
    const back = cy.nodes().some((node) => node.position("x") < start.position("x") - 1); // what it was made from lies on its left
    cy.panBy({ x: back ? canvas.clientWidth * 0.8 - box.x2 : ROOM - box.x1, y: canvas.clientHeight / 2 - (box.y1 + box.y2) / 2 });
  };
  open();

  // Wheel and finger move the page until the picture has the focus.
  const moves = (on) => {
    cy.userZoomingEnabled(on).userPanningEnabled(on);
    canvas.classList.toggle("moves", on);
  };
  moves(false);
  canvas.addEventListener("focus", () => moves(true));
  canvas.addEventListener("blur", () => moves(false));

  // What belongs to a box: what led to it, what came of it, and the ways between places that those things went.
  const isWay = (edge) => edge.source().data("sort") === "place" || edge.target().data("sort") === "place";
  const walk = (from, next) => {
    const found = new Set(from.map((node) => node.id()));
    const todo = from.toArray();
    while (todo.length) {
      for (const node of next(todo.pop())) if (!found.has(node.id())) found.add(node.id()), todo.push(node);
    }
    return cy.nodes().filter((node) => found.has(node.id()));
  };
  const flowing = (node, side) => node[side === "source" ? "incomers" : "outgoers"]("edge").filter((edge) => !isWay(edge)).map((edge) => edge[side]());
  const belonging = (node) => {
    if (node.data("sort") === "place") {
      const near = node.connectedEdges();
      const carried = new Set(near.map((edge) => edge.data("things")).flat());
      const ways = cy.edges().filter((edge) => isWay(edge) && edge.data("things").some((one) => carried.has(one)));
      const back = walk(cy.nodes().filter((one) => carried.has(one.id())), (one) => flowing(one, "source"));
      const before = node.predecessors().union(near);
      const nodes = ways.intersection(before).connectedNodes().union(back).union(node);
      return nodes.union(ways.intersection(before)).union(nodes.edgesWith(nodes).filter((edge) => !isWay(edge)));
    }
    const before = walk(node, (one) => flowing(one, "source"));
    const after = walk(node, (one) => flowing(one, "target"));
    const things = new Set(after.map((one) => one.id()));
    const ways = cy.edges().filter((edge) => isWay(edge) && edge.data("things").some((one) => things.has(one)));
    const flow = before.edgesWith(before).union(after.edgesWith(after)).filter((edge) => !isWay(edge));
    return before.union(after).union(flow).union(ways).union(ways.connectedNodes());
  };

  const $ = (id) => document.getElementById(id);
  const all = document.querySelector("[data-zoom=all]");
  const put = (list, parts) => list.replaceChildren(...parts);
  const make = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);
  const show = (box) => {
    $("details-head").textContent = box?.title ?? "";
    put($("details-facts"), (box?.facts ?? []).map(([name, value]) => {
      const row = document.createElement("div");
      row.append(make("dt", name), make("dd", value));
      return row;
    }));
    put($("details-links"), (box?.links ?? []).map(([text, href]) => {
      const row = document.createElement("li");
      row.append(make("a", text, { href }));
      return row;
    }));
    $("details-more").textContent = box?.more ?? "";
  };
  const reveal = (node) => {
    const box = node.renderedBoundingBox();
    if (box.x1 < 0 || box.y1 < 0 || box.x2 > canvas.clientWidth || box.y2 > canvas.clientHeight) cy.center(node);
  };
  const choose = (part) => {
    cy.batch(() => {
      cy.elements().removeClass("faded").unselect();
      if (!part) return;
      part.select();
      const near = part.isEdge() ? part.connectedNodes().union(part) : belonging(part);
      cy.elements().not(near).addClass("faded");
    });
    all.hidden = !part;
    $("details").hidden = !part;
    cy.resize();
    show(part?.data());
    if (part?.isNode()) reveal(part);
  };
  cy.on("tap", (event) => choose(event.target === cy ? null : event.target));

  // Keys: arrows go from box to box, along the arrows and among neighbours; Enter opens the first page of the box.
  const towards = (node, key) => {
    const sideways = key === "ArrowRight" ? node.outgoers("node") : key === "ArrowLeft" ? node.incomers("node") : null;
    const from = node.position();
    const near = (one) => Math.hypot((one.position("x") - from.x) * (sideways ? 1 : 3), one.position("y") - from.y);
    const sign = key === "ArrowDown" ? 1 : -1;
    const choices = sideways?.nonempty() ? sideways : cy.nodes().filter((one) => one !== node && !sideways && (one.position("y") - from.y) * sign > 1);
    return choices.toArray().sort((one, other) => near(one) - near(other))[0];
  };
  const zoom = (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 } });
  const TOOLS = { in: () => zoom(1.3), out: () => zoom(1 / 1.3), fit, all: () => choose(null) };
  const KEYS = { "+": "in", "=": "in", "-": "out", 0: "fit", Escape: "all" };
  canvas.addEventListener("keydown", (event) => {
    const chosen = cy.nodes(":selected").first();
    if (event.key.startsWith("Arrow")) {
      const next = chosen.nonempty() ? towards(chosen, event.key) : cy.nodes("[?start]").first();
      if (next?.length) choose(next);
    } else if (event.key === "Enter" && chosen.nonempty()) {
      if (chosen.data("links")[0]) location.assign(chosen.data("links")[0][1]);
    } else if (KEYS[event.key]) TOOLS[KEYS[event.key]]();
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-zoom]");
    if (tool) TOOLS[tool.dataset.zoom]();
    const named = event.target.closest("[data-box]");
    const node = named && cy.getElementById(named.dataset.box);
    if (node?.nonempty()) choose(node), cy.center(node);
  });
  new MutationObserver(() => cy.style(style())).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  new ResizeObserver(() => cy.resize()).observe(canvas);
})();
