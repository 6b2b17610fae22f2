// SPDX-License-Identifier: GPL-2.0-or-later
// Where things stand in the picture of a ladder, in pixels, by the rules of
// lib/ladder_picture.c: time runs downwards, not to scale, and nothing is written
// over anything else.  Where there is little room, words wrap sooner.

import { remark } from "./ladder.js";

export const LINE = 13; // from one line of text to the next
export const LANE = 10; // from one connection's bar to the next
export const HEAD = 30; // the middle of the hosts' names

const SLANT = 16; // of an arrow that takes no time
const ABOVE = 18; // the room that an arrow needs over it
const BELOW = 8; // and under it, without words
const NOTE = 15;
const BREAK = 26; // the room on either side of a break
const BREAK_MS = 1000;
const CLEARANCE = 48; // under an arrow's tail, to what crosses the arrow
const SHELF = 44; // the first shelf's distance from the line
const SHELF_STEP = 16;
const SHELVES = 4;

const SIZES = [
	{ wrap: 60, hop: 200, around: 56, axis: 86, margin: 16 },
	{ wrap: 42, hop: 200, around: 40, axis: 76, margin: 16 },
	{ wrap: 28, hop: 160, around: 30, axis: 66, margin: 10 },
	{ wrap: 18, hop: 110, around: 12, axis: 50, margin: 4 },
];

/* The type is monospaced: 0.6 em, at 12 and at 11 pixels. */
function large(text) {
	return Math.ceil(text.length * 7.3);
}

function small(text) {
	return Math.ceil(text.length * 6.7);
}

/* Breaks a list behind its commas. */
function wrapped(text, wrap) {
	const lines = [];
	for (const item of text.match(/[^,]+,?/g) ?? []) {
		if (lines.length && lines.at(-1).length + item.length <= wrap)
			lines.push(lines.pop() + item);
		else
			lines.push(item);
	}
	return lines;
}

function meet(a, b) {
	return Math.min(a.from, a.to) < Math.max(b.from, b.to) &&
		Math.min(b.from, b.to) < Math.max(a.from, a.to);
}

/* Crossed is an arrow by one that leaves the other way while it is on its way,
 * or that arrives before it although it left later. */
function findCrossings(steps, arrows) {
	steps.forEach(({ kind, arrow }, i) => {
		if (kind !== "leaves")
			return;
		for (const step of steps.slice(i + 1)) {
			if (step.kind === "note")
				continue;
			const other = step.arrow;
			if (other === arrow)
				break;
			const is_opposed = (arrow.from < arrow.to) !==
				(other.from < other.to);
			if ((step.kind === "leaves") === is_opposed &&
			    meet(arrow, other) &&
			    arrows.indexOf(other) > arrows.indexOf(arrow))
				arrow.crosses = other.crosses = true;
		}
	});
}

/* Two that wait at once at the same line wait at different distances. */
function placeOnShelves(arrows) {
	const until = new Array(SHELVES).fill(-Infinity);
	for (const arrow of arrows.filter(({ fate }) => fate === "held")) {
		let place = until.findIndex((time) => time <= arrow.left);
		if (place < 0)
			place = SHELVES - 1;
		until[place] = arrow.released_as?.left ?? until[place];
		arrow.shelf = SHELF + place * SHELF_STEP;
	}
}

export class Layout {
	/** In at most `room` pixels, if it can be; with room for words over arrow
	 * `mark`, or at the end if there is no such arrow. */
	constructor(ladder, room, mark) {
		this.ladder = ladder;
		this.mark = mark;
		findCrossings(ladder.steps, ladder.arrows);
		placeOnShelves(ladder.arrows);
		const n_hosts = ladder.hosts.length;
		const widest = n_hosts > 4 ? 2 : n_hosts > 2 ? 1 : 0;
		for (const size of SIZES.slice(widest)) {
			this.size = size;
			this.placeColumns();
			if (this.width <= room)
				break;
		}
		this.placeRows();
	}

	/* The first line is the numbers, options follow. */
	say(arrow) {
		const wrap = arrow.crosses ? Math.min(28, this.size.wrap)
			: this.size.wrap;
		const words = {
			lines: [arrow.label, ...wrapped(arrow.options, wrap)],
			remark: remark(this.ladder, arrow),
		};
		arrow.words = words;
		words.width = Math.max(large(words.lines[0]), small(words.remark),
			...words.lines.slice(1).map(small));
	}

	/* How many lines are over an arrow and under it. */
	placeWords(arrow) {
		const { words } = arrow;
		const rest = words.lines.length - 1 + (words.remark ? 1 : 0);
		words.over = arrow.crosses ? 1 + rest : 1;
		words.under = 0;
		if (arrow.crosses)
			return;
		const middle = Math.max(0, ...words.lines.slice(1).map(small));
		const length = Math.abs(this.hosts[arrow.to] - this.hosts[arrow.from]);
		words.fits = words.lines.length > 1 && words.remark &&
			arrow.fate !== "lost" && !arrow.held_as &&
			(length - middle) / 2 - (arrow.shelf ?? 0) >
				small(words.remark) + 32;
		words.under = rest - (words.fits ? 1 : 0);
	}

	noteOffset(host) {
		return 12 + Math.max(0, this.ladder.connections[host] - 1) * LANE;
	}

	noteWidth(host) {
		const widths = this.ladder.notes
			.filter((note) => note.host === host)
			.map((note) => small(note.words));
		return widths.length ? Math.max(...widths) + this.noteOffset(host) : 0;
	}

	hopForWords() {
		let hop = this.size.hop;
		for (const arrow of this.ladder.arrows) {
			this.say(arrow);
			let { width } = arrow.words;
			if (arrow.crosses)
				width *= 3; // they meet behind it
			if (arrow.held_as)
				width += arrow.held_as.shelf;
			hop = Math.max(hop, (width + 2 * this.size.around) /
				Math.abs(arrow.to - arrow.from));
		}
		return hop;
	}

	placeColumns() {
		const { hosts } = this.ladder;
		const { margin } = this.size;
		const last = hosts.length - 1;
		this.names = hosts.map((name) => large(name) + 28);
		let hop = Math.max(this.hopForWords(),
			...this.names.map((width) => width + margin));
		for (let i = 1; i < last; i++)
			hop = Math.max(hop, this.noteWidth(i) + 2 * margin);
		this.axis = this.size.axis;
		const x = this.axis + margin +
			Math.max(this.noteWidth(0), (this.names[0] ?? 0) / 2);
		this.hosts = hosts.map((_, i) => Math.round(x + i * hop));
		const right = last > 0
			? Math.max(this.names[last] / 2, this.noteWidth(last))
			: (this.names[0] ?? 0) / 2;
		this.width = Math.ceil((this.hosts[last] ?? x) + right + margin);
	}

	/* ---- rows ------------------------------------------------------- */

	/* How far down a host's side is taken: index by host and side. */
	over(host, side) {
		return this.reached[2 * host + (side > 0 ? 1 : 0)];
	}

	take(host, side, y) {
		this.reached[2 * host + (side > 0 ? 1 : 0)] = y;
	}

	* between(arrow) {
		const last = Math.max(arrow.from, arrow.to);
		for (let i = Math.min(arrow.from, arrow.to) + 1; i < last; i++)
			yield i;
	}

	/* How far down an arrow's hops are taken, at one of its ends. */
	reachedBy(arrow, end) {
		const side = end === Math.min(arrow.from, arrow.to) ? 1 : -1;
		let y = this.over(end, side);
		for (const host of this.between(arrow))
			y = Math.max(y, this.over(host, -1), this.over(host, 1));
		return y;
	}

	placeLeaves(arrow, y) {
		const side = arrow.from < arrow.to ? 1 : -1;
		const { words } = arrow;
		arrow.leaves = Math.max(y, this.reachedBy(arrow, arrow.from) + ABOVE +
			(words.over - 1) * LINE);
		this.take(arrow.from, side, arrow.leaves + BELOW +
			words.under * LINE + (arrow.crosses ? CLEARANCE : 0));
		return arrow.leaves;
	}

	placeArrives(arrow, y) {
		const side = arrow.from < arrow.to ? -1 : 1;
		const below = BELOW + arrow.words.under * LINE;
		arrow.arrives = Math.max(y, arrow.leaves + SLANT,
			this.reachedBy(arrow, arrow.to) + ABOVE);
		this.take(arrow.to, side, arrow.arrives + below);
		for (const host of this.between(arrow)) {
			this.take(host, -1, arrow.arrives + below);
			this.take(host, 1, arrow.arrives + below);
		}
		return arrow.arrives;
	}

	placeNote(note, y) {
		const side = noteSide(note.host);
		note.y = Math.max(y, this.over(note.host, side) + NOTE);
		this.take(note.host, side, note.y + 4);
		return note.y;
	}

	placeBreak(ms, y) {
		const lowest = Math.max(y, ...this.reached);
		this.breaks.push({ y: lowest + BREAK, ms });
		return lowest + 2 * BREAK;
	}

	placeMark(y) {
		this.mark_top = Math.max(y, ...this.reached) + 2 * LINE;
		this.reached.fill(this.mark_top);
		return this.mark_top;
	}

	placeRows() {
		const { arrows, hosts, steps } = this.ladder;
		let y = HEAD + 36;
		let before = steps[0]?.time ?? 0;
		arrows.forEach((arrow) => this.placeWords(arrow));
		this.top = HEAD + 14;
		this.breaks = [];
		this.reached = new Array(2 * hosts.length).fill(this.top);
		for (const step of steps) {
			const ms = step.time - before;
			before = step.time;
			y = ms >= BREAK_MS ? this.placeBreak(ms, y) : y + advance(ms);
			if (step.kind === "leaves" && step.arrow === arrows[this.mark])
				y = this.placeMark(y);
			if (step.kind === "leaves")
				y = this.placeLeaves(step.arrow, y);
			else if (step.kind === "arrives")
				y = this.placeArrives(step.arrow, y);
			else
				y = this.placeNote(step.note, y);
			step.y = y;
		}
		if (this.mark === arrows.length)
			y = this.placeMark(y);
		this.bottom = Math.max(y, ...this.reached) + 24;
		this.height = this.bottom + 16;
	}
}

/* How far the time between two steps moves the second: by its magnitude. */
function advance(ms) {
	return ms >= 1 ? 5 * (Math.floor(Math.log2(ms)) + 1) : 0;
}

/** On which side of its host's line a note is: -1 left, 1 right. */
export function noteSide(host) {
	return host === 0 ? -1 : 1;
}
