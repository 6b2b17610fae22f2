// SPDX-License-Identifier: GPL-2.0-or-later
// Where in the page one is: all of it is in the address, so that a link or the
// browser's back button leads there.

/**
 *   #q=last_ack&verdict=fail&on=uml-6.1&claim=2&changed=1     the matrix, filtered
 *   #case=ports/free_after_60_s&variant=ipv4&kernel=uml-6.1   a variant
 *   #compare=uml-6.1,uml-7.2                                  two kernels
 *   #compare=uml-6.1,uml-7.2&case=...&variant=...             a variant on them
 *   #claims   #plots
 */
export function read() {
	const at = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
	if ("compare" in at)
		at.view = "compare";
	else if ("case" in at)
		at.view = "variant";
	else if ("claims" in at)
		at.view = "claims";
	else if ("plots" in at)
		at.view = "plots";
	else
		at.view = "matrix";
	return at;
}

/* Slashes and commas mean nothing in an address's hash, and read better. */
export function address(parameters) {
	const text = new URLSearchParams(
		Object.entries(parameters).filter(([, value]) => value)).toString();
	return `#${text.replace(/%2F/g, "/").replace(/%2C/g, ",")
		.replace(/%3A/g, ":")}`;
}

export function go(parameters) {
	location.hash = address(parameters);
}

/** The same without a step for the back button. */
export function replace(parameters) {
	history.replaceState(null, "", address(parameters));
}

export function variantAddress(variant, kernel_name) {
	return address({
		case: variant.of.name, variant: variant.name, kernel: kernel_name,
	});
}

export function compareAddress(a, b, variant) {
	const pair = { compare: `${a},${b}` };
	if (!variant)
		return address(pair);
	return address({ ...pair, case: variant.of.name, variant: variant.name });
}
