/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens in a run, as JSON Lines: the one stream that every output
 * format is a projection of.  A line is one object; readers ignore members
 * and events that they don't know.
 *
 *  {"event":"start","schema":1,"case":"last_ack/syn_is_challenged",
 *   "variant":"ipv4,ack_lost","topology":"pair","kernel":"6.18.44",
 *   "lasts_ms":0}
 *  {"event":"note","text":"recycle: an eBPF model of the removed check"}
 *  {"event":"observe","name":"connect","value":"ECONNREFUSED"}
 *  {"event":"fact","fact":"counter PAWSTimewait","holds":true}
 *  {"event":"claim","claim":12,"holds":false}
 *  {"event":"plot","plot":"TIME_WAITs by connections","x":100,"y":100}
 *  {"event":"counters","host":"server","moved":{"TCPSYNChallenge":1,...}}
 *  {"event":"trace",...}              see lib/canonical.h
 *  {"event":"ladder","lines":[...]}   of a variant that passed, as text
 *  {"event":"report","lines":[...],   what a person needs to understand a
 *   "heart":[...]}                    failure: expected, came, ladder, states;
 *                                     the lines of the ladder that matter most
 *  {"event":"bundle","path":"..."}    the folder with all there is about it
 *  {"event":"verdict","case":...,"variant":...,"verdict":"pass|fail|broken|
 *   skip","reason":"...","file":"cases/...c","line":12,"duration_ms":12}
 *
 * A variant's events are between its start and its verdict; there is exactly
 * one verdict for each start, whatever becomes of the case.  Streams of
 * several variants at once are never mixed within a variant: `case` and
 * `variant` stand in every event.
 *
 * `CASE --describe` prints one object:
 *
 *  {"schema":1,"case":"...","story":"first paragraph\n\nmore...",
 *   "title":"first sentence of the story","topology":"pair",
 *   "claims":"2 12 91","bulk":false,"needs":["netem"],
 *   "facts":{"counter PAWSTimewait":"what follows from it"},
 *   "variants":[{"name":"ipv4,ack_lost","lasts_ms":0,"bulk":false},...]}
 */
#ifndef LG_EVENT_H
#define LG_EVENT_H

#include <jansson.h>

#define LG_SCHEMA 1

/* Events go to this descriptor, one write(2) a line. */
void lg_event_to(int fd);

/* Begins the events of one variant: later events carry these two. */
void lg_event_of(const char *case_name, const char *variant);

/* Writes an event and takes over `event` (a json object; NULL is an
 * allocation that failed and ends the process as broken). */
void lg_event(const char *kind, json_t *event);

#endif
