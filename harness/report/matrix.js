// SPDX-License-Identifier: GPL-2.0-or-later
// The matrix: cases and their variants down, kernels across.

import { kernels, n_variants, runOf } from "./data.js";
import { differsFromLeft } from "./difference.js";
import { byId, html } from "./dom.js";
import { drawFilterBar, filter, filtered, isFiltering, setFilter,
	shownKernels } from "./filter.js";
import { List } from "./list.js";
import { address, go, replace } from "./route.js";
import { badge, tally, tallyBadges, verdictOf } from "./verdict.js";

const FEW = 60; // so many variants need no folding

const open_cases = new Set();
let rows = []; // {group} of a case, or {group, variant}
let shown = []; // kernels
let at = { row: 0, column: 0 }; // column 0 is the name
let list, head, grid, bar;

/* ---- rows --------------------------------------------------------------- */

function isOpen(group, n) {
	return open_cases.has(group.one.name) || (isFiltering() && n <= FEW);
}

function makeRows() {
	const groups = filtered();
	const n = groups.reduce((sum, { variants }) => sum + variants.length, 0);
	rows = groups.flatMap((group) => [{ group },
		...isOpen(group, n)
			? group.variants.map((variant) => ({ group, variant })) : []]);
	shown = shownKernels();
	byId("count").textContent = n === n_variants
		? `${groups.length} cases, ${n} variants`
		: `${n} of ${n_variants} variants`;
	return groups;
}

function changeMark(n) {
	return n ? html("span", {
		class: "changed",
		title: "behaves otherwise than on the kernel to its left",
	}, n === true ? "≠" : `≠${n}`) : undefined;
}

function caseCell(variants, kernel) {
	const n_changed = variants.filter((variant) =>
		differsFromLeft(variant, kernel)).length;
	return [...tallyBadges(tally(variants, kernel)), changeMark(n_changed)];
}

function variantCell(variant, kernel) {
	const run = runOf(variant, kernel);
	if (run === undefined)
		return [html("span", { class: "none", title: "did not run" }, "")];
	return [badge(verdictOf(run)),
		changeMark(differsFromLeft(variant, kernel))];
}

function drawCell(row, i, kernel, column) {
	const { group, variant } = row;
	return html("div", {
		role: "gridcell", class: "cell", id: `cell-${i}-${column}`,
		"data-row": i, "data-column": column,
		"aria-selected": i === at.row && column === at.column,
	}, variant ? variantCell(variant, kernel)
		: caseCell(group.variants, kernel));
}

function drawName(row, i) {
	const { group, variant } = row;
	const is_open = !variant && rows[i + 1]?.variant !== undefined;
	const name = variant ? [html("span", {}, variant.name || "(the only one)")]
		: [html("span", { class: "fold", "aria-hidden": true },
			is_open ? "▾" : "▸"),
		html("span", { class: "case-name" }, group.one.name),
		html("span", { class: "title" }, group.one.title)];
	return html("div", {
		role: "rowheader", class: "name", id: `cell-${i}-0`,
		title: variant ? variant.name : `${group.one.name}: ${group.one.title}`,
		"data-row": i, "data-column": 0,
		"aria-expanded": variant ? undefined : String(is_open),
		"aria-selected": i === at.row && at.column === 0,
	}, name);
}

function drawRow(i) {
	const row = rows[i];
	return html("div", {
		role: "row", "aria-rowindex": i + 2,
		class: row.variant ? "row variant" : "row case",
	}, drawName(row, i), shown.map((kernel, column) =>
		drawCell(row, i, kernel, column + 1)));
}

function drawHead(groups) {
	const variants = groups.flatMap((group) => group.variants);
	const cells = shown.map((kernel) => {
		const { name, release, guest } = kernels[kernel];
		return html("div", {
			role: "columnheader", class: "cell",
			title: `${name}: ${release} (${guest})`,
		}, html("b", {}, name), html("small", {}, caseCell(variants, kernel)));
	});
	head.replaceChildren(html("div", { role: "columnheader", class: "name" },
		rows.length ? "case, variant"
			: "nothing is like that: Esc clears the search"), ...cells);
}

function redraw() {
	const groups = makeRows();
	at.row = Math.max(0, Math.min(at.row, rows.length - 1));
	at.column = Math.min(at.column, shown.length);
	grid.style.setProperty("--kernels", shown.length);
	grid.setAttribute("aria-rowcount", rows.length + 1);
	drawHead(groups);
	list.set(rows.length);
	announce();
}

/* ---- where one is ------------------------------------------------------- */

function announce() {
	grid.setAttribute("aria-activedescendant", `cell-${at.row}-${at.column}`);
}

function mark(is_selected) {
	byId(`cell-${at.row}-${at.column}`)
		?.setAttribute("aria-selected", is_selected);
}

function select(row, column) {
	mark(false);
	at = {
		row: Math.max(0, Math.min(row, rows.length - 1)),
		column: Math.max(0, Math.min(column, shown.length)),
	};
	list.reveal(at.row);
	mark(true);
	announce();
}

function fold(row) {
	const { name } = row.group.one;
	if (!open_cases.delete(name))
		open_cases.add(name);
	redraw();
}

function enter() {
	const row = rows[at.row];
	if (!row)
		return;
	if (!row.variant) {
		fold(row);
		return;
	}
	const wanted = at.column ? shown[at.column - 1]
		: shown.findLast((kernel) => runOf(row.variant, kernel) !== undefined);
	if (wanted === undefined || runOf(row.variant, wanted) === undefined)
		return;
	go({
		case: row.group.one.name, variant: row.variant.name,
		kernel: kernels[wanted].name,
	});
}

const MOVES = {
	ArrowUp: () => [at.row - 1, at.column],
	ArrowDown: () => [at.row + 1, at.column],
	ArrowLeft: () => [at.row, at.column - 1],
	ArrowRight: () => [at.row, at.column + 1],
	PageUp: () => [at.row - list.page, at.column],
	PageDown: () => [at.row + list.page, at.column],
	Home: () => [0, at.column],
	End: () => [rows.length - 1, at.column],
};

function pressedInMatrix(event) {
	if (event.ctrlKey || event.altKey || event.metaKey)
		return;
	if (event.key === "Enter")
		enter();
	else if (MOVES[event.key])
		select(...MOVES[event.key]());
	else
		return;
	event.preventDefault();
}

function clickedInMatrix(event) {
	const cell = event.target.closest("[data-row]");
	if (!cell)
		return;
	select(Number(cell.dataset.row), Number(cell.dataset.column));
	enter();
}

/* ---- the view ----------------------------------------------------------- */

function isAnyOpen() {
	return open_cases.size > 0;
}

function foldAll() {
	if (isAnyOpen())
		open_cases.clear();
	else
		filtered().forEach(({ one }) => open_cases.add(one.name));
	redraw();
	grid.focus();
}

/** What the search field says has changed. */
export function search(text) {
	filter.q = text;
	changed();
}

function changed() {
	replace(filter);
	redraw();
}

/** The address of the matrix as it was left. */
export function matrixAddress() {
	return address(filter);
}

export function focusMatrix() {
	grid.focus({ preventScroll: true });
}

function isSearching() {
	return document.activeElement === byId("search");
}

export function makeMatrix() {
	bar = html("div", { class: "bar no-print" });
	head = html("div", { class: "row head", role: "row" });
	grid = html("div", {
		class: "grid", role: "grid", tabindex: 0, id: "grid",
		"aria-label": "Verdicts of variants on kernels",
		keydown: pressedInMatrix, click: clickedInMatrix,
	}, head);
	list = new List(grid, drawRow);
	return html("section", { class: "matrix" }, bar, grid);
}

export function showMatrix(route) {
	setFilter(route);
	bar.replaceChildren(...drawFilterBar(changed),
		html("button", { type: "button", id: "fold",
			title: "Fold or unfold all cases", click: foldAll },
			"▸▾ all"),
		html("span", { id: "count", role: "status" }));
	redraw();
	list.reveal(at.row);
	if (!isSearching())
		focusMatrix();
}
