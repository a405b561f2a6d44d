// Draws the table of a page of links as a picture beside it: every node and line is read from the table.
const side = document.querySelector("[data-graph]");
const ink = "#484949";
const fills = { positive: "#005a30", negative: "#8c1008", neutral: "#484949" };
const shapes = { positive: "ellipse", negative: "rectangle", neutral: "triangle" };
const lines = {
  "same-issue": { name: "same issue", "line-style": "solid" },
  "good-practice": { name: "does it well", "line-style": "dashed", "target-arrow-shape": "triangle" },
  recurs: { name: "told again", "line-style": "solid", width: 4, "target-arrow-shape": "triangle" },
  "answered-by": { name: "answered", "line-style": "dotted", "target-arrow-shape": "triangle" },
  "same-text": { name: "same words", "line-style": "dashed", "line-dash-pattern": [9, 4, 2, 4] },
};
const LABELLED = 30; // lines; with more their names cover each other, and only those of the chosen finding are shown

const BRIEF = 12; // findings; of more, a narrow picture shows the numbers alone

function read(table) {
  const rows = [...table.querySelectorAll("[data-node]")];
  const nodes = rows.map((row) => ({
    data: { id: row.dataset.node, label: `${row.dataset.node}  ${row.dataset.name}`, polarity: row.dataset.polarity, centre: "centre" in row.dataset },
  }));
  const edges = [...table.querySelectorAll("[data-relation]")].map((link) => ({
    data: { source: link.closest("[data-node]").dataset.node, target: link.dataset.to, relation: link.dataset.relation, label: lines[link.dataset.relation].name },
  }));
  return { rows, elements: [...nodes, ...edges], many: edges.length > LABELLED };
}

function style(many, brief) {
  const shown = { label: "data(label)", "font-size": 10, "text-rotation": "autorotate", "text-background-color": "#fff", "text-background-opacity": 0.85, color: ink };
  return [
    { selector: "node", style: { label: brief ? "data(id)" : "data(label)", "font-size": 12, "font-family": "arial, sans-serif", "text-wrap": "wrap", "text-max-width": 100, "text-valign": "bottom", "text-margin-y": 3, "text-background-color": "#fff", "text-background-opacity": 0.7, width: 18, height: 18, shape: (node) => shapes[node.data("polarity")], "background-color": (node) => fills[node.data("polarity")] } },
    { selector: "node[?centre]", style: { width: 30, height: 30, "font-weight": "bold", "border-width": 4, "border-color": "#f4b942" } },
    { selector: "edge", style: { width: 1.5, "line-color": "#8a939a", "target-arrow-color": "#8a939a", "curve-style": "bezier", "font-family": "arial, sans-serif" } },
    ...Object.entries(lines).map(([name, { name: _, ...drawn }]) => ({ selector: `edge[relation="${name}"]`, style: drawn })),
    ...(many ? [] : [{ selector: "edge", style: shown }]),
    { selector: "edge.chosen", style: { ...shown, "line-color": "#0b0c0c", "target-arrow-color": "#0b0c0c", "z-index": 9 } },
    { selector: "node.chosen", style: { "border-width": 5, "border-color": "#0b0c0c", "z-index": 9 } },
  ];
}

function button(text, pressed) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "govuk-button govuk-button--secondary";
  made.textContent = text;
  made.addEventListener("click", pressed);
  return made;
}

function draw() {
  const { rows, elements, many } = read(document.querySelector("table.app-nodes"));
  const picture = document.createElement("div");
  picture.className = "app-graph__picture";
  picture.tabIndex = 0;
  picture.setAttribute("role", "application");
  picture.setAttribute("aria-label", "Picture of the links");
  picture.setAttribute("aria-describedby", "picture-help");
  const said = document.createElement("p");
  said.className = "govuk-body-s app-graph__said";
  said.setAttribute("role", "status");
  const buttons = document.createElement("div");
  buttons.className = "app-graph__buttons";
  said.textContent = "Choose a finding in the picture to read it here.";
  side.append(picture, buttons, said);
  side.hidden = false;

  const drawn = window.cytoscape({
    container: picture, elements, style: style(many, picture.clientWidth < 450 && rows.length > BRIEF), userZoomingEnabled: false, boxSelectionEnabled: false,
    layout: { name: "cose", animate: false, randomize: false, nodeRepulsion: 60000, idealEdgeLength: 90, nodeDimensionsIncludeLabels: true, padding: 15 },
  });
  fit();
  let at = -1;
  function choose(place) {
    at = (place + rows.length) % rows.length;
    const node = drawn.getElementById(rows[at].dataset.node);
    drawn.elements().removeClass("chosen");
    node.addClass("chosen").connectedEdges().addClass("chosen");
    const link = rows[at].querySelector("a").cloneNode(true);
    said.replaceChildren(`${rows[at].dataset.node}. `, link, `: ${rows[at].querySelector(".app-nodes__words").textContent} `);
  }
  // words stay readable however far the whole has to shrink
  function fit() {
    drawn.fit(undefined, 15);
    const scale = Math.min(1 / drawn.zoom(), 2.2);
    drawn.nodes().style({ "font-size": 12 * scale, "text-max-width": 90 * scale, width: 16 * scale, height: 16 * scale });
    drawn.nodes("[?centre]").style({ width: 26 * scale, height: 26 * scale });
    drawn.edges().style({ "font-size": 10 * scale });
    drawn.fit(undefined, 15);
  }
  const zoom = (by) => drawn.zoom({ level: drawn.zoom() * by, renderedPosition: { x: drawn.width() / 2, y: drawn.height() / 2 } });
  buttons.append(button("Larger", () => zoom(1.25)), button("Smaller", () => zoom(0.8)), button("All of it", fit));
  drawn.on("tap", "node", ({ target }) => choose(rows.findIndex((row) => row.dataset.node === target.id())));
  picture.addEventListener("keydown", (event) => {
    const keys = {
      ArrowRight: () => choose(at + 1), ArrowDown: () => choose(at + 1),
      ArrowLeft: () => choose(Math.max(at, 0) - 1), ArrowUp: () => choose(Math.max(at, 0) - 1),
      Enter: () => at >= 0 && rows[at].querySelector("a").click(),
      "+": () => zoom(1.25), "-": () => zoom(0.8),
    };
    if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      keys[event.key]();
    }
  });
}

if (side && window.cytoscape) draw();
