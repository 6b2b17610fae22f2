/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rest of linger.h, which includes it: each of its calls notes the line
 * that it stands on before it runs, and libcheck's own assertions end with
 * linger's report.
 */
#ifndef LINGER_AT_H
#define LINGER_AT_H

void lg_assertion_failed(const char *file, int line, const char *expression,
			 const char *message, ...) __attribute__((noreturn));
#define _ck_assert_failed lg_assertion_failed

/* The case carries its own source: the story that opens it is what `linger
 * list` prints, and a report can show the line that failed, wherever it runs.
 */
__asm__(".pushsection .rodata\n"
	".globl lg_case_source\n"
	"lg_case_source: .incbin \"" __BASE_FILE__ "\"\n"
	".byte 0\n"
	".globl lg_case_path\n"
	"lg_case_path: .asciz \"" __BASE_FILE__ "\"\n"
	".popsection");

#define LG_AT(call) (lg_at(__FILE__, __LINE__), (call))

#define lg_param(...) LG_AT((lg_param)(__VA_ARGS__))
#define lg_has(...) LG_AT((lg_has)(__VA_ARGS__))
#define lg_need(...) LG_AT((lg_need)(__VA_ARGS__))
#define lg_fact(...) LG_AT((lg_fact)(__VA_ARGS__))
#define lg_claim(...) LG_AT((lg_claim)(__VA_ARGS__))
#define lg_skip(...) LG_AT((lg_skip)(__VA_ARGS__))
#define lg_observe(...) LG_AT((lg_observe)(__VA_ARGS__))
#define lg_plot_point(...) LG_AT((lg_plot_point)(__VA_ARGS__))
#define lg_host(...) LG_AT((lg_host)(__VA_ARGS__))
#define lg_address_towards(...) LG_AT((lg_address_towards)(__VA_ARGS__))
#define lg_route(...) LG_AT((lg_route)(__VA_ARGS__))
#define lg_route_here(...) LG_AT((lg_route_here)(__VA_ARGS__))
#define lg_hop_limit(...) LG_AT((lg_hop_limit)(__VA_ARGS__))
#define lg_count_microseconds(...) LG_AT((lg_count_microseconds)(__VA_ARGS__))
#define lg_sysctl_set(...) LG_AT((lg_sysctl_set)(__VA_ARGS__))
#define lg_sysctl_get(...) LG_AT((lg_sysctl_get)(__VA_ARGS__))
#define lg_sysctl_text(...) LG_AT((lg_sysctl_text)(__VA_ARGS__))
#define lg_sysctl_try(...) LG_AT((lg_sysctl_try)(__VA_ARGS__))
#define lg_pass(...) LG_AT((lg_pass)(__VA_ARGS__))
#define lg_assert_timer(...) LG_AT((lg_assert_timer)(__VA_ARGS__))
#define lg_listen(...) LG_AT((lg_listen)(__VA_ARGS__))
#define lg_connect(...) LG_AT((lg_connect)(__VA_ARGS__))
#define lg_connect_start(...) LG_AT((lg_connect_start)(__VA_ARGS__))
#define lg_connect_result(...) LG_AT((lg_connect_result)(__VA_ARGS__))
#define lg_connect_result_within(...)                                          \
	LG_AT((lg_connect_result_within)(__VA_ARGS__))
#define lg_socket(...) LG_AT((lg_socket)(__VA_ARGS__))
#define lg_socket_of(...) LG_AT((lg_socket_of)(__VA_ARGS__))
#define lg_bind(...) LG_AT((lg_bind)(__VA_ARGS__))
#define lg_connect_socket(...) LG_AT((lg_connect_socket)(__VA_ARGS__))
#define lg_accept(...) LG_AT((lg_accept)(__VA_ARGS__))
#define lg_send(...) LG_AT((lg_send)(__VA_ARGS__))
#define lg_receive(...) LG_AT((lg_receive)(__VA_ARGS__))
#define lg_await_receive(...) LG_AT((lg_await_receive)(__VA_ARGS__))
#define lg_take_error(...) LG_AT((lg_take_error)(__VA_ARGS__))
#define lg_send_fin(...) LG_AT((lg_send_fin)(__VA_ARGS__))
#define lg_close(...) LG_AT((lg_close)(__VA_ARGS__))
#define lg_close_both(...) LG_AT((lg_close_both)(__VA_ARGS__))
#define lg_abort(...) LG_AT((lg_abort)(__VA_ARGS__))
#define lg_port(...) LG_AT((lg_port)(__VA_ARGS__))
#define lg_status(...) LG_AT((lg_status)(__VA_ARGS__))
#define lg_assert_state(...) LG_AT((lg_assert_state)(__VA_ARGS__))
#define lg_await_state(...) LG_AT((lg_await_state)(__VA_ARGS__))
#define lg_await_state_within(...) LG_AT((lg_await_state_within)(__VA_ARGS__))
#define lg_count_state(...) LG_AT((lg_count_state)(__VA_ARGS__))
#define lg_end_time_wait(...) LG_AT((lg_end_time_wait)(__VA_ARGS__))
#define lg_paws_counter(...) LG_AT((lg_paws_counter)(__VA_ARGS__))
#define lg_counted(...) LG_AT((lg_counted)(__VA_ARGS__))
#define lg_assert_counted(...) LG_AT((lg_assert_counted)(__VA_ARGS__))
#define lg_await_counted(...) LG_AT((lg_await_counted)(__VA_ARGS__))
#define lg_count_anew(...) LG_AT((lg_count_anew)(__VA_ARGS__))
#define lg_sockstat(...) LG_AT((lg_sockstat)(__VA_ARGS__))
#define lg_slab(...) LG_AT((lg_slab)(__VA_ARGS__))
#define lg_time_wait_slab(...) LG_AT((lg_time_wait_slab)(__VA_ARGS__))
#define lg_proc_net(...) LG_AT((lg_proc_net)(__VA_ARGS__))
#define lg_recycle(...) LG_AT((lg_recycle)(__VA_ARGS__))
#define lg_recycle_shorten(...) LG_AT((lg_recycle_shorten)(__VA_ARGS__))
#define lg_assert_recycle_drops(...)                                           \
	LG_AT((lg_assert_recycle_drops)(__VA_ARGS__))
#define lg_drop(...) LG_AT((lg_drop)(__VA_ARGS__))
#define lg_hold(...) LG_AT((lg_hold)(__VA_ARGS__))
#define lg_release(...) LG_AT((lg_release)(__VA_ARGS__))
#define lg_release_after(...) LG_AT((lg_release_after)(__VA_ARGS__))
#define lg_replay(...) LG_AT((lg_replay)(__VA_ARGS__))
#define lg_held(...) LG_AT((lg_held)(__VA_ARGS__))
#define lg_duplicate(...) LG_AT((lg_duplicate)(__VA_ARGS__))
#define lg_impair(...) LG_AT((lg_impair)(__VA_ARGS__))
#define lg_rewrite(...) LG_AT((lg_rewrite)(__VA_ARGS__))
#define lg_hits(...) LG_AT((lg_hits)(__VA_ARGS__))
#define lg_await_hits(...) LG_AT((lg_await_hits)(__VA_ARGS__))
#define lg_undo(...) LG_AT((lg_undo)(__VA_ARGS__))
#define lg_skew_timestamps(...) LG_AT((lg_skew_timestamps)(__VA_ARGS__))
#define lg_refuse_mark(...) LG_AT((lg_refuse_mark)(__VA_ARGS__))
#define lg_refuse_priority(...) LG_AT((lg_refuse_priority)(__VA_ARGS__))
#define lg_refuse_invalid(...) LG_AT((lg_refuse_invalid)(__VA_ARGS__))
#define lg_wire(...) LG_AT((lg_wire)(__VA_ARGS__))
#define lg_expect(...) LG_AT((lg_expect)(__VA_ARGS__))
#define lg_expect_within(...) LG_AT((lg_expect_within)(__VA_ARGS__))
#define lg_await_segment(...) LG_AT((lg_await_segment)(__VA_ARGS__))
#define lg_expect_none(...) LG_AT((lg_expect_none)(__VA_ARGS__))
#define lg_raw(...) LG_AT((lg_raw)(__VA_ARGS__))
#define lg_inject(...) LG_AT((lg_inject)(__VA_ARGS__))
#define lg_raw_timestamp(...) LG_AT((lg_raw_timestamp)(__VA_ARGS__))
#define lg_raw_tos(...) LG_AT((lg_raw_tos)(__VA_ARGS__))
#define lg_raw_spoil_checksum(...) LG_AT((lg_raw_spoil_checksum)(__VA_ARGS__))
#define lg_raw_aim(...) LG_AT((lg_raw_aim)(__VA_ARGS__))
#define lg_raw_knock(...) LG_AT((lg_raw_knock)(__VA_ARGS__))
#define lg_raw_connect(...) LG_AT((lg_raw_connect)(__VA_ARGS__))
#define lg_raw_accept(...) LG_AT((lg_raw_accept)(__VA_ARGS__))
#define lg_raw_walk(...) LG_AT((lg_raw_walk)(__VA_ARGS__))
#define lg_play_between(...) LG_AT((lg_play_between)(__VA_ARGS__))
#define lg_play_show(...) LG_AT((lg_play_show)(__VA_ARGS__))
#define lg_play(...) LG_AT((lg_play)(__VA_ARGS__))
#define lg_script_read(...) LG_AT((lg_script_read)(__VA_ARGS__))

#endif
