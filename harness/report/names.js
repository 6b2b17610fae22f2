// SPDX-License-Identifier: GPL-2.0-or-later
// Many names in few words.

/** key -> those of a list that have it, in the order of the first. */
export function groupBy(list, key) {
	const groups = new Map();
	for (const one of list) {
		const of = key(one);
		if (!groups.has(of))
			groups.set(of, []);
		groups.get(of).push(one);
	}
	return groups;
}

/* Those that differ in their n-th part only become one, which has all values
 * there. */
function joinPart(names, n) {
	const rest = (parts) => JSON.stringify(
		parts.map((values, i) => i === n ? null : values));
	return [...groupBy(names, rest).values()].map(([first, ...others]) =>
		first.map((values, i) => i === n
			? [values, ...others.map((parts) => parts[n])].flat()
			: values));
}

/* What they have in common up to their "=" is said once. */
function spellValues(values) {
	const setting = values[0].slice(0, values[0].indexOf("=") + 1);
	return setting && values.every((value) => value.startsWith(setting))
		? setting + values.map((value) => value.slice(setting.length)).join("|")
		: values.join("|");
}

/** Some of `all` variants of a case in few words: without those parts of which
 * all values are among them, "timeout,client.tcp_tw_reuse=0|1". */
export function joinNames(some, all) {
	const split = all.map((name) => name.split(","));
	const n_parts = Math.max(...split.map((parts) => parts.length));
	const n_values = Array.from({ length: n_parts },
		(_, n) => new Set(split.map((parts) => parts[n])).size);
	let names = some.map((name) => name.split(",").map((value) => [value]));
	for (let n = n_parts; n-- > 0;)
		names = joinPart(names, n);
	const spelt = names.map((parts) => parts
		.filter((values, n) => all.length === 1 ||
			values.length < n_values[n])
		.map(spellValues));
	return spelt.map((parts) => parts.length === 1
		? parts[0].replaceAll("|", ", ") : parts.join(",")).join("; ") ||
		"all variants";
}
