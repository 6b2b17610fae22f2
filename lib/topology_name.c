// SPDX-License-Identifier: GPL-2.0-or-later
#include "error.h"
#include "nearest.h"
#include "topology_parts.h"

#include <ctype.h>
#include <string.h>

#define LETTERS                                                                \
	"abcdefghijklmnopqrstuvwxyz"                                           \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* ---- attributes --------------------------------------------------------- */

#define ON(kind) (1u << (kind))
#define G ON(LG_GRAPH)
#define H ON(LG_HOST)
#define L ON(LG_LINK)

struct attribute {
	const char *name;
	unsigned on;
};

static const struct attribute ours[] = {
	{"params", G},	  {"story", G},	   {"forward", H}, {"addresses", H},
	{"sysctls", H},	  {"repeat", H},   {"strip", H},   {"netem", L},
	{"tailaddr", L},  {"headaddr", L}, {"net", L},	   {"tailnetem", L},
	{"headnetem", L}, {"tailnat", L},  {"headnat", L},
};

/* https://graphviz.org/doc/info/attrs.html; clusters count as graphs. */
static const struct attribute drawing[] = {
	{"Damping", G},
	{"K", G},
	{"TBbalance", G},
	{"URL", G | H | L},
	{"_background", G},
	{"area", G | H},
	{"arrowhead", L},
	{"arrowsize", L},
	{"arrowtail", L},
	{"bb", G},
	{"beautify", G},
	{"bgcolor", G},
	{"center", G},
	{"charset", G},
	{"class", G | H | L},
	{"cluster", G},
	{"clusterrank", G},
	{"color", G | H | L},
	{"colorscheme", G | H | L},
	{"comment", G | H | L},
	{"compound", G},
	{"concentrate", G},
	{"constraint", L},
	{"decorate", L},
	{"defaultdist", G},
	{"dim", G},
	{"dimen", G},
	{"dir", L},
	{"diredgeconstraints", G},
	{"distortion", H},
	{"dpi", G},
	{"edgeURL", L},
	{"edgehref", L},
	{"edgetarget", L},
	{"edgetooltip", L},
	{"epsilon", G},
	{"esep", G},
	{"fillcolor", G | H | L},
	{"fixedsize", H},
	{"fontcolor", G | H | L},
	{"fontname", G | H | L},
	{"fontnames", G},
	{"fontpath", G},
	{"fontsize", G | H | L},
	{"forcelabels", G},
	{"gradientangle", G | H},
	{"group", H},
	{"headURL", L},
	{"head_lp", L},
	{"headclip", L},
	{"headhref", L},
	{"headlabel", L},
	{"headport", L},
	{"headtarget", L},
	{"headtooltip", L},
	{"height", H},
	{"href", G | H | L},
	{"id", G | H | L},
	{"image", H},
	{"imagepath", G},
	{"imagepos", H},
	{"imagescale", H},
	{"inputscale", G},
	{"key", L},
	{"label", G | H | L},
	{"labelURL", L},
	{"label_scheme", G},
	{"labelangle", L},
	{"labeldistance", L},
	{"labelfloat", L},
	{"labelfontcolor", L},
	{"labelfontname", L},
	{"labelfontsize", L},
	{"labelhref", L},
	{"labeljust", G},
	{"labelloc", G | H},
	{"labeltarget", L},
	{"labeltooltip", L},
	{"landscape", G},
	{"layer", G | H | L},
	{"layerlistsep", G},
	{"layers", G},
	{"layerselect", G},
	{"layersep", G},
	{"layout", G},
	{"len", L},
	{"levels", G},
	{"levelsgap", G},
	{"lhead", L},
	{"lheight", G},
	{"linelength", G},
	{"lp", G | L},
	{"ltail", L},
	{"lwidth", G},
	{"margin", G | H},
	{"maxiter", G},
	{"mclimit", G},
	{"mindist", G},
	{"minlen", L},
	{"mode", G},
	{"model", G},
	{"newrank", G},
	{"nodesep", G},
	{"nojustify", G | H | L},
	{"normalize", G},
	{"notranslate", G},
	{"nslimit", G},
	{"nslimit1", G},
	{"oneblock", G},
	{"ordering", G | H},
	{"orientation", G | H},
	{"outputorder", G},
	{"overlap", G},
	{"overlap_scaling", G},
	{"overlap_shrink", G},
	{"pack", G},
	{"packmode", G},
	{"pad", G},
	{"page", G},
	{"pagedir", G},
	{"pencolor", G},
	{"penwidth", G | H | L},
	{"peripheries", G | H},
	{"pin", H},
	{"pos", H | L},
	{"quadtree", G},
	{"quantum", G},
	{"radius", L},
	{"rank", G},
	{"rankdir", G},
	{"ranksep", G},
	{"ratio", G},
	{"rects", H},
	{"regular", H},
	{"remincross", G},
	{"repulsiveforce", G},
	{"resolution", G},
	{"root", G | H},
	{"rotate", G},
	{"rotation", G},
	{"samehead", L},
	{"sametail", L},
	{"samplepoints", H},
	{"scale", G},
	{"searchsize", G},
	{"sep", G},
	{"shape", H},
	{"shapefile", H},
	{"showboxes", G | H | L},
	{"sides", H},
	{"size", G},
	{"skew", H},
	{"smoothing", G},
	{"sortv", G | H},
	{"splines", G},
	{"start", G},
	{"style", G | H | L},
	{"stylesheet", G},
	{"tailURL", L},
	{"tail_lp", L},
	{"tailclip", L},
	{"tailhref", L},
	{"taillabel", L},
	{"tailport", L},
	{"tailtarget", L},
	{"tailtooltip", L},
	{"target", G | H | L},
	{"tooltip", G | H | L},
	{"truecolor", G},
	{"vertices", H},
	{"viewport", G},
	{"voro_margin", G},
	{"weight", L},
	{"width", H},
	{"xdotversion", G},
	{"xlabel", H | L},
	{"xlp", H | L},
	{"z", H},
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct attribute *find(const struct attribute *list, size_t n,
				    const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i].name, name))
			return &list[i];
	return NULL;
}

static void offer(struct lg_nearest *nearest, enum lg_object_kind kind,
		  const struct attribute *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].on & ON(kind))
			lg_nearest_offer(nearest, list[i].name);
}

static const char *kinds_text(unsigned on)
{
	return on & H ? "hosts" : on & L ? "links" : "the graph";
}

int lg_attribute_check(enum lg_object_kind kind, const char *name)
{
	const struct attribute *known = find(ours, LENGTH(ours), name);

	if (!known)
		known = find(drawing, LENGTH(drawing), name);
	if (known && known->on & ON(kind))
		return 0;
	if (known)
		return lg_error(0, "attribute '%s' is for %s", name,
				kinds_text(known->on));

	struct lg_nearest nearest = {.asked = name};
	char near[200];
	offer(&nearest, kind, ours, LENGTH(ours));
	offer(&nearest, kind, drawing, LENGTH(drawing));
	lg_nearest_print(near, sizeof(near), &nearest, "is it ");
	return lg_error(0, "unknown attribute '%s'%s%s", name, near,
			*near ? "?" : "");
}

/* ---- hosts -------------------------------------------------------------- */

/*
 * Names are used for interfaces, in the names of sysctls, in nftables rules
 * and on command lines, so they are made of what is safe in all of them.
 * "lo" is in every host, "all" and "default" are in its sysctls, lg0, lg1 ...
 * are devices that rules make.
 */
int lg_name_check(const char *name)
{
	if (!*name || name[strspn(name, LETTERS DIGITS "_-")] || *name == '-')
		return lg_error(0,
				"'%s' is no name for a host: letters, "
				"digits, '-' and '_' are",
				name);
	if (strlen(name) > LG_NAME_MAX)
		return lg_error(0,
				"'%s' is no name for a host: it is longer "
				"than %d characters",
				name, LG_NAME_MAX);
	if (!strcmp(name, "lo") || !strcmp(name, "all") ||
	    !strcmp(name, "default") ||
	    (!strncmp(name, "lg", 2) && isdigit((unsigned char)name[2])))
		return lg_error(0, "'%s' is no name for a host: it is reserved",
				name);
	return 0;
}
