// SPDX-License-Identifier: GPL-2.0-or-later
// Uses the page as a person would, and says in TAP what came of it.

const lines = [];

function result(good, title, came) {
	lines.push(`${good ? "ok" : "not ok"} ${lines.length + 1} - ${title}`);
	if (!good)
		lines[lines.length - 1] += `\n# came: ${JSON.stringify(came)}`;
}

function is(title, came, expected) {
	const good = JSON.stringify(came) === JSON.stringify(expected);
	result(good, title, came);
}

function holds(title, good) {
	result(Boolean(good), title, good);
}

/* Until the page has seen a new address. */
function turn() {
	return new Promise((resolve) => setTimeout(resolve, 50));
}

async function visit(hash) {
	location.hash = hash;
	await turn();
}

async function press(key, on = document.activeElement) {
	on.dispatchEvent(new KeyboardEvent("keydown",
		{ key, bubbles: true, cancelable: true }));
	await turn();
}

async function choose(label, value) {
	const select = view().querySelector(`select[aria-label="${label}"]`);
	select.value = value;
	select.dispatchEvent(new Event("change", { bubbles: true }));
	await turn();
}

async function type(text) {
	const field = document.getElementById("search");
	field.focus();
	field.value = text;
	field.dispatchEvent(new Event("input", { bubbles: true }));
	await turn();
}

function view() {
	return document.querySelector("#view > section:not([hidden])");
}

function texts(selector) {
	return [...view().querySelectorAll(selector)]
		.map((node) => node.textContent.trim());
}

function count() {
	return document.getElementById("count").textContent;
}

/* What is out of sight is drawn when it comes into sight, and on paper. */
function drawAll() {
	dispatchEvent(new Event("beforeprint"));
}

/* ---- what is tried ------------------------------------------------------ */

async function tryMatrix() {
	is("the matrix has all cases", texts(".case-name"),
		["close/is_held", "ports/are_free"]);
	is("and a column for each kernel", texts(".head b"), ["uml-1.0", "uml-2.0"]);
	is("totals are words without colour", texts(".row.case .cell")[0]
		.replace(/\s/g, ""), "✗1–1✓1");
	await press("Enter");
	is("Enter unfolds a case", texts(".row.variant .name"),
		["ipv4", "ipv6", "x\"><img src=x onerror=alert(1)>"]);
	is("verdicts have a sign and a word", texts(".row.variant .cell"),
		["✓pass", "✓pass≠", "–skip", "✓pass≠", "✗fail", "✗fail"]);
	is("nothing of the data is markup", view().querySelectorAll("img").length, 0);
}

async function tryFilters() {
	await type("ipv6 held");
	is("the search takes words", count(), "1 of 4 variants");
	holds("and is in the address", location.hash === "#q=ipv6+held");
	await press("Escape");
	is("Escape clears it", count(), "2 cases, 4 variants");
	await choose("Verdict", "broken");
	is("by verdict", texts(".case-name"), ["ports/are_free"]);
	await choose("Kernel", "uml-2.0");
	is("by kernel, too", count(), "0 of 4 variants");
	is("which has the only column", texts(".head b"), ["uml-2.0"]);
	await press("Escape");
	is("Escape ends it", count(), "2 cases, 4 variants");
	await choose("Claim", "1");
	is("by claim", texts(".case-name"), ["close/is_held"]);
	await visit("#changed=1");
	is("by change", count(), "2 of 4 variants");
	await visit("#");
}

async function tryKeys() {
	await press("Home");
	await press("ArrowDown");
	await press("ArrowRight");
	is("arrows choose a cell", texts("[aria-selected=true]"), ["✓pass"]);
	await press("Enter");
	is("Enter opens it", [...new URLSearchParams(location.hash.slice(1))], [
		["case", "close/is_held"], ["variant", "ipv4"], ["kernel", "uml-1.0"]]);
	await press("ArrowRight", document.body);
	holds("arrows go to the next kernel", location.hash.endsWith("uml-2.0"));
	await press("Escape", document.body);
	is("Escape leads back", texts(".case-name").length, 2);
	await press("/", document.body);
	is("/ leads to the search", document.activeElement.id, "search");
	await press("Enter");
	is("Enter back to the matrix", document.activeElement.id, "grid");
}

async function tryVariant() {
	await visit("#case=close/is_held&variant=ipv4&kernel=uml-1.0");
	const ladder = view().querySelector("svg.lg-ladder");
	is("the ladder has its arrows",
		ladder.querySelectorAll(".arrow").length, 5);
	is("states", [...ladder.querySelectorAll(".state")].map((node) =>
		node.textContent), ["ESTABLISHED", "ESTABLISHED", "TIME-WAIT", "CLOSED"]);
	is("and what became of segments",
		[...ladder.querySelectorAll(".remark")].map((node) => node.textContent),
		["hold 1, released at 60.000", "hold 1: held for 60.0 s", "drop 1"]);
	const breaks = [...ladder.querySelectorAll("text")]
		.filter((node) => node.textContent.endsWith("pass"));
	is("a minute is a break", breaks.map((node) => node.textContent),
		["59.0 s pass", "1.0 s pass"]);
	const [before, closed, after] = [breaks[0],
		[...ladder.querySelectorAll(".state")].at(-1), breaks[1]]
		.map((node) => node.getBBox().y);
	holds("the TIME_WAIT ends within it", before < closed && closed < after);
	is("all else is there", texts("section > h3"), ["Ladder", "Story",
		"Topology", "Observations", "Facts", "Claims decided",
		"Counters that moved", "Notes"]);
	is("the story is text", texts(".story p")[1],
		"Then it is let go, and <b>nothing</b> is bold.");
	holds("a fact says what follows",
		texts("th small").includes("what follows from it"));
	const image = view().querySelector(".topology img");
	await image?.decode().catch(() => wrongs.push("the topology is no image"));
	holds("the topology is drawn", image && image.naturalWidth > 100);
	drawAll();
	is("so are plots", texts("figcaption"), ["TIME_WAITs by s", "ports by s"]);
	is("each of them", view().querySelectorAll(".plot canvas").length, 2);
	is("a line for each host and what kernels make of it", texts(".u-label"),
		["s", "uml-2.0", "uml-1.0",
			"s", "client", "server on uml-1.0", "server on uml-2.0"]);
}

async function tryHostile() {
	await visit(`#case=close/is_held&kernel=uml-1.0&variant=${
		encodeURIComponent("x\"><img src=x onerror=alert(1)>")}`);
	is("what is hostile is shown", texts(".reason")[0],
		"<\/script><script>alert(1)<\/script> (<i>.c:7)");
	is("and does nothing", view().querySelectorAll("u, s, i, .story b").length, 0);
	await visit("#case=ports/are_free&variant=ipv4&kernel=uml-1.0");
	is("what is no segment is a line", texts(".trace li"), ["this is no segment"]);
	await visit("#case=ports/are_free&variant=nothing");
	is("what is not there is said to be so", texts("p.none"),
		["There is no variant 'nothing' of ports/are_free."]);
}

async function tryCompare() {
	await visit("#compare=uml-1.0,uml-2.0");
	is("two kernels: what differs", texts(".entry .what"),
		["close/is_held ipv4", "close/is_held ipv6"]);
	is("and in what", texts(".entry .how")[1], "skip → pass");
	await choose("In what", "verdict");
	is("or only in one thing", texts(".entry .what"), ["close/is_held ipv6"]);
	await choose("In what", "");
	await press("ArrowDown", document.body);
	document.activeElement.click();
	await turn();
	is("two ladders", view().querySelectorAll("svg.lg-ladder").length, 2);
	is("with the first difference marked in both", texts(".mark text"),
		["first difference", "first difference"]);
	is("the fact that decides", texts(".fact"),
		["counter A holds → does not hold: what follows from it"]);
	is("and the values of both", texts(".changes tbody tr")[0],
		"connect0\nECONNREFUSEDEADDRNOTAVAIL");
	await choose("First kernel", "uml-2.0");
	is("any two can be chosen", texts(".same")[0].slice(0, 24),
		"The traces are the same.");
	await press("Escape", document.body);
	await press("Escape", document.body);
	is("Escape leads out", texts(".case-name").length, 2);
}

async function tryClaims() {
	await visit("#claims");
	is("claims have verdicts", texts(".claims .said"),
		["✓true", "✓true", "◐in part", "✗false", "·undecided", "·undecided"]);
	is("and are text", texts(".claim p")[0], "Ports <em>come</em> back.");
	await visit("#plots");
	drawAll();
	is("plots are drawn", view().querySelectorAll("canvas").length, 3);
	is("and a host's are one", texts("figcaption"), ["TIME_WAITs by s",
		"ports at client by s", "ports at server by s"]);
	is("lines that are the same are one", texts(".u-label"), [
		"s", "ipv4 on uml-2.0", "ipv4 on uml-1.0",
		"s", "all variants",
		"s", "ipv4 on uml-1.0", "ipv4 on uml-2.0",
	]);
}

async function tryTheme() {
	const { dataset } = document.documentElement;
	const before = dataset.theme;
	document.getElementById("theme").click();
	await turn();
	holds("light and dark", dataset.theme !== before);
}

async function tryMany() {
	is("all variants are there", count(), "250 cases, 5000 variants");
	document.getElementById("fold").click();
	await turn();
	const grid = document.getElementById("grid");
	is("all are rows", grid.getAttribute("aria-rowcount"), "5251");
	const drawn = () => view().querySelectorAll(".row").length;
	holds("few of them are drawn", drawn() < 120);
	await press("End");
	holds("the last can be reached",
		view().querySelector("[aria-selected=true]").id.startsWith("cell-5249"));
	holds("and few are drawn still", drawn() < 120);
	drawAll();
	is("on paper all are", drawn(), 5251);
	dispatchEvent(new Event("afterprint"));
	holds("and not for long", drawn() < 120);
	await type("case_249 row_9 ipv6");
	is("one of them is found", texts(".row.variant .name"), ["ipv6,row_9"]);
	await visit("#compare=uml-6.1,uml-6.6");
	holds("many differences are a list", texts("#found")[0].includes(" of 5000 "));
	holds("of which few are drawn",
		view().querySelectorAll(".entry").length < 120);
}

/* One kernel in virtual time, and one in real time that does the same. */
async function tryMixed() {
	document.getElementById("fold").click();
	await turn();
	is("what real time decides is no difference", texts(".row.variant .cell"),
		["✓pass", "✓pass", "✓pass≠", "–skip", "–skip", "–skip", "✗fail",
			"✗fail", "✗fail", "!broken", "!broken", "!broken"]);
	await visit("#compare=uml-1.0,host-3.0");
	holds("nor is it one here", texts("#found")[0].startsWith("0 of 4 "));
	await visit("#compare=host-4.0,uml-1.0&case=close/is_held&variant=ipv4");
	is("a difference is marked in both",
		[...view().querySelectorAll(".mark rect")].map((mark) =>
			[...mark.closest("svg").querySelectorAll(".arrow")].findIndex(
				(arrow) => arrow.getBBox().y > mark.getBBox().y)), [4, 4]);
}

function triesOf(kernels) {
	if (kernels.includes("uml-6.6"))
		return [tryMany];
	if (kernels.includes("host-3.0"))
		return [tryMixed];
	return [tryMatrix, tryFilters, tryKeys, tryVariant,
		tryHostile, tryCompare, tryClaims, tryTheme];
}

for (const one of triesOf(texts(".head b"))) {
	try {
		await one();
	} catch (error) {
		result(false, one.name, error.stack);
	}
}
is("nothing went wrong", window.wrongs, []);

const tap = document.createElement("pre");
tap.id = "tap";
tap.textContent = `\n${lines.join("\n")}\n`;
document.body.replaceChildren(tap);
