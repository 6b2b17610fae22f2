// SPDX-License-Identifier: GPL-2.0-or-later
// The page: which of its views is shown, and the keys that work in all.

import { showClaims } from "./claim.js";
import { leaveCompare, moveInCompare, showCompare } from "./compare.js";
import { claims } from "./data.js";
import { byId, html } from "./dom.js";
import { focusMatrix, makeMatrix, matrixAddress, search,
	showMatrix } from "./matrix.js";
import { showPlots } from "./plot.js";
import { read } from "./route.js";
import { showVariant, stepKernel } from "./variant.js";

const views = {
	matrix: makeMatrix(),
	variant: html("section", { class: "variant-view" }),
	compare: html("section", { class: "compare-view" }),
	claims: html("section", { class: "claims-view" }),
	plots: html("section", { class: "plots-view" }),
};

const show = {
	matrix: showMatrix,
	variant: (route) => showVariant(views.variant, route),
	compare: (route) => showCompare(views.compare, route),
	claims: () => showClaims(views.claims),
	plots: () => showPlots(views.plots),
};

/* A variant belongs to the matrix. */
function drawNavigation(view) {
	for (const link of document.querySelectorAll("#views a")) {
		const is_here = link.dataset.view === view ||
			(view === "variant" && link.dataset.view === "matrix");
		if (is_here)
			link.setAttribute("aria-current", "page");
		else
			link.removeAttribute("aria-current");
	}
	byId("to-matrix").href = matrixAddress();
}

function showView() {
	const route = read();
	const view = claims || route.view !== "claims" ? route.view : "matrix";
	for (const [name, section] of Object.entries(views))
		section.hidden = name !== view;
	show[view](route);
	drawNavigation(view);
	document.body.dataset.view = view;
	if (view !== "matrix") {
		byId("view").scrollTop = 0;
		byId("view").focus({ preventScroll: true });
	}
}

/* ---- light and dark ----------------------------------------------------- */

function switchTheme() {
	const root = document.documentElement;
	const theme = root.dataset.theme === "dark" ? "light" : "dark";
	root.dataset.theme = theme;
	try {
		localStorage.setItem("linger-theme", theme);
	} catch {
		// A page from a mail may have no memory.
	}
	/* Plots are drawn in colours of their own. */
	if (["plots", "variant"].includes(read().view))
		showView();
}

/* ---- keys --------------------------------------------------------------- */

function escape() {
	const route = read();
	const field = byId("search");
	if (document.activeElement === field) {
		if (field.value) {
			field.value = "";
			search("");
		}
		focusMatrix();
	} else if (route.view === "matrix") {
		location.hash = "";
	} else if (route.view !== "compare" || !leaveCompare(route)) {
		location.hash = matrixAddress();
	}
}

function startSearch() {
	if (read().view !== "matrix")
		location.hash = matrixAddress();
	/* The view takes the focus first. */
	setTimeout(() => byId("search").select());
}

const KEYS = { Escape: escape, "/": startSearch };

function pressed(event) {
	if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented)
		return;
	const route = read();
	const is_typing = event.target.matches("input, select");
	const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 };
	const is_level = ["ArrowLeft", "ArrowRight"].includes(event.key);

	if (event.key === "Escape" || (KEYS[event.key] && !is_typing))
		KEYS[event.key]();
	else if (route.view === "variant" && is_level && !is_typing)
		stepKernel(route, by[event.key]);
	else if (route.view === "compare" && route.case === undefined &&
		 by[event.key] && !is_level && !is_typing)
		moveInCompare(by[event.key]);
	else if (event.target === byId("search") &&
		 ["Enter", "ArrowDown"].includes(event.key))
		focusMatrix();
	else
		return;
	event.preventDefault();
}

/* ---- at first ----------------------------------------------------------- */

byId("view").append(...Object.values(views));
if (!claims)
	byId("to-claims").remove();
byId("theme").addEventListener("click", switchTheme);
byId("search").addEventListener("input", (event) => {
	if (read().view !== "matrix")
		location.hash = matrixAddress();
	search(event.target.value);
});
addEventListener("hashchange", showView);
addEventListener("keydown", pressed);
/* A ladder fits the width that it was drawn for. */
let width = innerWidth;
addEventListener("resize", () => {
	if (innerWidth !== width && ["variant", "compare"].includes(read().view))
		showView();
	width = innerWidth;
});
showView();
