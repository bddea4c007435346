/* Lets this browser check the page itself: fetches the proof bundle (the file that the download link gives), checks it with evidence.js,
   holds it against what the page says, and replaces the server's verdict. Without it the server's verdict stands, labelled as such. */
(function () {
  "use strict";
  var T = window.TraceLedger, verdict = document.getElementById("verdict"), label = document.getElementById("checked");
  if (!verdict || !label || !verdict.getAttribute("data-bundle") || !window.Uint8Array) return;
  var text = document.getElementById("checked-text"), say = JSON.parse(document.getElementById("messages").textContent);
  var stated = function (name) { return verdict.getAttribute("data-" + name); };
  var each = function (list, action) { Array.prototype.forEach.call(list, action); };

  function state(name, words) { label.setAttribute("data-state", name); text.textContent = words; }

  function get(url, done) {
    var request = new XMLHttpRequest();
    request.open("GET", url);
    request.onload = function () { done(request.status === 200 ? request.responseText : null); };
    request.onerror = function () { done(null); };
    request.send();
  }

  /* Everything in which the page and the proof disagree, in words; empty when nothing does. */
  function differences(bundle, found) {
    var out = [];
    if (bundle.item !== stated("item")) out.push("the proof is of " + bundle.item);
    found.steps.forEach(function (step) { if (step.outcome === "failed") out.push("(" + step.step + ") " + step.why); });
    Object.keys(found.records).forEach(function (commitment) {
      found.records[commitment].steps.forEach(function (step) { if (step.outcome === "failed") out.push("(" + step.step + ") " + step.why); });
    });
    if (found.block && found.block.number === Number(stated("block")) && found.block.hash !== stated("hash")) out.push("the block's hash is " + found.block.hash);
    if (found.head && found.count === Number(stated("count")) && found.head !== stated("head")) out.push("the head is " + found.head);
    if (found.verdict !== stated("verdict") && stated("verdict") !== "pending") out.push("the verdict is " + found.verdict + ", not " + stated("verdict"));
    each(document.querySelectorAll("[data-commitment]"), function (entry) { out = out.concat(compare(entry, bundle)); });
    return out;
  }

  /* What an entry shows against what its record proves: the raw properties, each and all, and the time. */
  function compare(entry, bundle) {
    var commitment = entry.getAttribute("data-commitment"), out = [], proven = {}, shown = 0, count = 0, time = entry.querySelector(".when time[datetime]");
    bundle.records.forEach(function (record) {
      if (record.commitment === commitment) (record.disclosed || []).forEach(function (one) { proven[one.name] = one.value; count++; });
    });
    each(entry.querySelectorAll(".facts > div"), function (row) {
      var name = row.querySelector("dt").textContent;
      shown++;
      if (proven[name] !== row.querySelector("dd").textContent) out.push("“" + name + "” is not what was proven");
    });
    if (shown !== count) out.push(shown + " properties are shown, " + count + " are proven");
    if (time && JSON.stringify(time.getAttribute("datetime")) !== proven.eventTime) out.push("the time shown is not the one proven");
    return out;
  }

  /* Mark each step of each entry with what this browser found. */
  function mark(found) {
    each(document.querySelectorAll("[data-commitment]"), function (entry) {
      var record = found.records[entry.getAttribute("data-commitment")];
      ((record && record.steps) || []).concat(found.steps).forEach(function (step) {
        var item = entry.querySelector('[data-step="' + step.step + '"]'), name = step.outcome.replace(" ", "_");
        if (!item || name === "not_checked") return;
        item.setAttribute("data-outcome", name);
        item.querySelector(".outcome").textContent = say["outcome." + name];
      });
    });
  }

  function differs(reasons) {
    state("differs", say["checked.differs"]);
    document.body.setAttribute("data-tone", "bad");
    document.getElementById("verdict-head").textContent = say["verdict.altered"];
    document.getElementById("verdict-why").textContent = say["checked.differs.why"] + " " + reasons.slice(0, 3).join("; ");
    document.querySelector("#seal use").setAttributeNS("http://www.w3.org/1999/xlink", "href", "#i-bad");
  }

  function judge(answer) {
    var bundle, found, reasons;
    if (answer === null) return state("unavailable", say["checked.unavailable"]);
    try {
      bundle = JSON.parse(answer);
      found = T.check(bundle, JSON.parse(stated("deployment")));
      if (found.count > Number(stated("count")) && found.verdict === "verified") return state("newer", say["checked.newer"]);
      mark(found);
      if (bundle.block && bundle.block.header === "0x") return state("unavailable", say["checked.unavailable"]);
      reasons = differences(bundle, found);
    } catch (error) { reasons = [error.message]; }
    if (stated("verdict") === "altered" && reasons.length) return state("differs", say["checked.differs"]);
    if (reasons.length) differs(reasons);
    else state("browser", say["checked.browser"]);
  }

  state("running", say["checked.running"]);
  get(stated("bundle"), judge);
})();
