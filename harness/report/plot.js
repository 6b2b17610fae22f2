// SPDX-License-Identifier: GPL-2.0-or-later
/* global uPlot */
// Plots, a line for each kernel.  Lines differ in their dashes, too.

import { cases, kernels, open, runOf } from "./data.js";
import { html } from "./dom.js";
import { variantAddress } from "./route.js";

const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 5]];
const HEIGHT = 240;

/** name of plot -> [[kernel, points]] of a variant */
function plotsOf(variant) {
	const plots = new Map();
	kernels.forEach((_, kernel) => {
		const run = runOf(variant, kernel);
		const said = run === undefined ? undefined : open(run).plots;
		for (const [name, points] of Object.entries(said ?? {})) {
			if (points.length < 2)
				continue;
			if (!plots.has(name))
				plots.set(name, []);
			plots.get(name).push([kernel, points]);
		}
	});
	return plots;
}

function colour(name) {
	return getComputedStyle(document.documentElement)
		.getPropertyValue(`--line-${name}`).trim();
}

/* What is given in ms is shown in seconds. */
function axes(name) {
	const [y, x] = name.split(" by ");
	return x === "ms" ? { y, x: "s", scale: 1000 } : { y, x: x ?? "", scale: 1 };
}

/* In virtual time much can happen at one instant: each x is a bit behind the
 * one before, so that none hides another. */
function spread(xs) {
	const bit = (xs.at(-1) - xs[0] || 1) * 1e-6;
	let last = -Infinity;
	return xs.map((x) => {
		last = Math.max(x, last + bit);
		return last;
	});
}

/* uPlot wants the x values of all lines in one list. */
function align(lines, scale) {
	return uPlot.join(lines.map(([, points]) => {
		const sorted = [...points].sort((a, b) => a[0] - b[0]);
		return [spread(sorted.map(([x]) => x / scale)),
			sorted.map(([, y]) => y)];
	}));
}

function options(name, lines, width) {
	const { x, y } = axes(name);
	const text = getComputedStyle(document.body).color;
	const grid = { stroke: colour("grid"), width: 1 };
	const axis = (label) => ({
		label, labelSize: 18, labelGap: 0, stroke: text, grid, ticks: grid,
		font: "11px system-ui", labelFont: "11px system-ui",
	});
	return {
		width, height: HEIGHT, scales: {
			x: { time: false },
			y: { range: (_, __, most) => [0, most * 1.05 || 1] },
		},
		axes: [{ ...axis(x), size: 32 }, { ...axis(y), size: 60 }],
		series: [{ label: x }, ...lines.map(([kernel]) => ({
			label: kernels[kernel].name, width: 2,
			stroke: colour(kernel % DASHES.length),
			dash: DASHES[kernel % DASHES.length], spanGaps: true,
		}))],
	};
}

function drawPlot(figure, name, lines) {
	const data = align(lines, axes(name).scale);
	new uPlot(options(name, lines, Math.max(280, figure.clientWidth)), data,
		figure);
}

/* Only what comes into sight is drawn. */
const waiting = new Map();
const observer = new IntersectionObserver((entries) => {
	for (const { isIntersecting, target } of entries) {
		if (!isIntersecting)
			continue;
		observer.unobserve(target);
		drawPlot(target, ...waiting.get(target));
		waiting.delete(target);
	}
}, { rootMargin: "200px" });

addEventListener("beforeprint", () => {
	for (const [figure, of] of waiting) {
		observer.unobserve(figure);
		if (figure.isConnected)
			drawPlot(figure, ...of);
	}
	waiting.clear();
});

/** Elements for the plots of a variant, over all kernels. */
export function drawPlots(variant) {
	return [...plotsOf(variant)].map(([name, lines]) => {
		const { x, y } = axes(name);
		const figure = html("figure", { class: "plot" },
			html("figcaption", {}, x ? `${y} by ${x}` : y));
		waiting.set(figure, [name, lines]);
		observer.observe(figure);
		return figure;
	});
}

export function showPlots(section) {
	const found = cases.flatMap((one) => one.variants)
		.filter((variant) => plotsOf(variant).size);
	section.replaceChildren(html("h2", {}, "Plots"),
		html("div", { class: "plots" }, found.map((variant) =>
			html("article", {}, html("h3", {}, html("a",
				{ href: variantAddress(variant, kernels[0].name) },
				variant.of.name), html("small", {}, variant.name)),
			drawPlots(variant)))),
		found.length ? "" : html("p", { class: "none" },
			"No variant has drawn one: lg_plot_point() does."));
}
