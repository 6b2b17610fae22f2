// SPDX-License-Identifier: GPL-2.0-or-later
#include "topology_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum token_kind { TOKEN_NAME, TOKEN_EDGE, TOKEN_SIGN, TOKEN_END };

struct token {
	enum token_kind kind;
	char *text; /* TOKEN_NAME: as libcgraph has it; others: one character */
	int line;
	bool bracketed; /* within an attribute list */
};

/* tokens[0] is nowhere, so that a place is never 0. */
struct lg_source {
	struct token *tokens; /* the last is TOKEN_END */
	size_t n;
	int trailing_line;
};

struct scanner {
	const char *at;
	int line;
};

static void advance(struct scanner *scanner)
{
	scanner->line += *scanner->at == '\n';
	scanner->at++;
}

static void skip_line(struct scanner *scanner)
{
	while (*scanner->at && *scanner->at != '\n')
		advance(scanner);
}

static void skip_comment(struct scanner *scanner)
{
	advance(scanner);
	advance(scanner);
	while (*scanner->at && strncmp(scanner->at, "*/", 2))
		advance(scanner);
	for (int i = 0; i < 2 && *scanner->at; i++)
		advance(scanner);
}

static void skip_space(struct scanner *scanner)
{
	for (;;) {
		const char *at = scanner->at;
		if (isspace((unsigned char)*at))
			advance(scanner);
		else if (*at == '#' || !strncmp(at, "//", 2))
			skip_line(scanner);
		else if (!strncmp(at, "/*", 2))
			skip_comment(scanner);
		else
			return;
	}
}

/* Within quotes only a quote and the end of a line can be escaped. */
static char *scan_quoted(struct scanner *scanner)
{
	char *text = malloc(strlen(scanner->at) + 1);
	char *end = text;

	if (!text)
		return NULL;
	for (advance(scanner); *scanner->at && *scanner->at != '"';
	     advance(scanner)) {
		if (!strncmp(scanner->at, "\\\n", 2)) {
			advance(scanner);
			continue;
		}
		if (!strncmp(scanner->at, "\\\"", 2))
			advance(scanner);
		*end++ = *scanner->at;
	}
	*end = '\0';
	if (*scanner->at)
		advance(scanner);
	return text;
}

static char *scan_html(struct scanner *scanner)
{
	const char *start = scanner->at + 1;
	int depth = 0;

	do {
		depth += (*scanner->at == '<') - (*scanner->at == '>');
		advance(scanner);
	} while (*scanner->at && depth > 0);
	return strndup(start, (size_t)(scanner->at - start - (depth == 0)));
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c & 0x80;
}

static char *scan_plain(struct scanner *scanner)
{
	const char *start = scanner->at;

	do
		advance(scanner);
	while (is_name(*scanner->at));
	return strndup(start, (size_t)(scanner->at - start));
}

static int scan_token(struct scanner *scanner, struct token *token)
{
	const char *at = scanner->at;
	token->line = scanner->line;

	if (!*at) {
		token->kind = TOKEN_END;
		token->text = strdup("");
	} else if (*at == '"') {
		token->kind = TOKEN_NAME;
		token->text = scan_quoted(scanner);
	} else if (*at == '<') {
		token->kind = TOKEN_NAME;
		token->text = scan_html(scanner);
	} else if (at[0] == '-' && (at[1] == '-' || at[1] == '>')) {
		token->kind = TOKEN_EDGE;
		token->text = strdup("-");
		advance(scanner);
		advance(scanner);
	} else if (is_name(*at) || *at == '-') {
		token->kind = TOKEN_NAME;
		token->text = scan_plain(scanner);
	} else {
		token->kind = TOKEN_SIGN;
		token->text = strndup(at, 1);
		advance(scanner);
	}
	return token->text ? 0 : -1;
}

static bool is_sign(const struct token *token, char sign)
{
	return token->kind == TOKEN_SIGN && token->text[0] == sign;
}

static struct token *add_token(struct lg_source *source)
{
	struct token *tokens =
		reallocarray(source->tokens, source->n + 1, sizeof(*tokens));
	if (!tokens)
		return NULL;
	source->tokens = tokens;
	tokens[source->n] = (struct token){.kind = TOKEN_SIGN};
	return &tokens[source->n++];
}

static int scan(struct lg_source *source, const char *text)
{
	struct scanner scanner = {text, 1};
	int depth = 0;
	bool bracketed = false, closed = false;
	struct token *token = add_token(source);

	if (!token || !(token->text = strdup("")))
		return -1;
	do {
		skip_space(&scanner);
		token = add_token(source);
		if (!token || scan_token(&scanner, token))
			return -1;
		if (closed && !source->trailing_line &&
		    token->kind != TOKEN_END)
			source->trailing_line = token->line;
		if (is_sign(token, ']'))
			bracketed = false;
		token->bracketed = bracketed && token->kind != TOKEN_END;
		if (is_sign(token, '['))
			bracketed = true;
		depth += is_sign(token, '{') - is_sign(token, '}');
		closed |= is_sign(token, '}') && depth == 0;
	} while (token->kind != TOKEN_END);
	return 0;
}

struct lg_source *lg_source_new(const char *text)
{
	struct lg_source *source = calloc(1, sizeof(*source));

	if (source && scan(source, text)) {
		lg_source_free(source);
		return NULL;
	}
	return source;
}

void lg_source_free(struct lg_source *source)
{
	if (!source)
		return;
	for (size_t i = 0; i < source->n; i++)
		free(source->tokens[i].text);
	free(source->tokens);
	free(source);
}

int lg_source_trailing_line(const struct lg_source *source)
{
	return source->trailing_line;
}

static bool is_statement_name(const struct token *token)
{
	return token->kind == TOKEN_NAME && !token->bracketed;
}

/* Whether a node stands here, and not a port, an attribute, a graph. */
static bool is_node(const struct token *token)
{
	return is_statement_name(token) && !is_sign(token + 1, '=') &&
	       !is_sign(token - 1, '=') && !is_sign(token - 1, ':') &&
	       strcasecmp(token[-1].text, "subgraph") &&
	       strcasecmp(token[-1].text, "graph");
}

size_t lg_source_node(const struct lg_source *source, const char *name)
{
	size_t first = 0;

	for (size_t i = 1; i + 1 < source->n; i++) {
		const struct token *token = &source->tokens[i];
		if (!is_node(token) || strcmp(token->text, name))
			continue;
		if (is_sign(token + 1, '['))
			return i;
		if (!first)
			first = i;
	}
	return first;
}

/* Back over "node:port:compass" to the node. */
static const struct token *tail_of(const struct token *edge)
{
	const struct token *token = edge - 1;

	while (is_statement_name(token) && is_sign(token - 1, ':'))
		token -= 2;
	return token;
}

size_t lg_source_edge(const struct lg_source *source, const char *tail,
		      const char *head, unsigned nth)
{
	for (size_t i = 2; i + 1 < source->n; i++) {
		const struct token *edge = &source->tokens[i];
		if (edge->kind == TOKEN_EDGE && is_node(tail_of(edge)) &&
		    !strcmp(tail_of(edge)->text, tail) && is_node(edge + 1) &&
		    !strcmp(edge[1].text, head) && nth-- == 0)
			return i;
	}
	return 0;
}

static bool is_attribute(const struct token *token, const char *name)
{
	return token->kind == TOKEN_NAME && is_sign(token + 1, '=') &&
	       !strcmp(token->text, name);
}

/* Attributes of one list may be separated by `;` too. */
static bool ends_statement(const struct token *token)
{
	if (token->bracketed)
		return false;
	return token->kind == TOKEN_END || is_sign(token, ';') ||
	       is_sign(token, '}') ||
	       (is_sign(token, ']') && !is_sign(token + 1, '['));
}

/* Whether this bracket opens the defaults of all nodes, edges or graphs. */
static bool opens_defaults(const struct token *token)
{
	return is_sign(token, '[') && (!strcasecmp(token[-1].text, "node") ||
				       !strcasecmp(token[-1].text, "edge") ||
				       !strcasecmp(token[-1].text, "graph"));
}

size_t lg_source_attribute(const struct lg_source *source, size_t place,
			   const char *name)
{
	const struct token *tokens = source->tokens;
	bool defaults = false;

	for (size_t i = place; place && !ends_statement(&tokens[i]); i++)
		if (tokens[i].bracketed && is_attribute(&tokens[i], name))
			return i;
	for (size_t i = 1; i + 1 < source->n; i++) {
		if (is_sign(&tokens[i], '['))
			defaults = opens_defaults(&tokens[i]);
		if ((defaults || !tokens[i].bracketed) &&
		    is_attribute(&tokens[i], name))
			return i;
	}
	return place;
}

int lg_source_line(const struct lg_source *source, size_t place)
{
	return source->tokens[place].line;
}
