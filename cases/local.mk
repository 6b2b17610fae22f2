# SPDX-License-Identifier: GPL-2.0-or-later
# One line a case: its program is built from the .c file of that name.
CASES = \
	%D%/close/abort_frees_port \
	%D%/close/data_after_close_resets \
	%D%/close/enters_time_wait \
	%D%/close/fin_again_is_answered \
	%D%/close/fin_is_retransmitted \
	%D%/close/fin_wait2_answers_segment \
	%D%/close/fin_wait2_times_out \
	%D%/close/linger_0_resets \
	%D%/close/linger_n_waits \
	%D%/close/peer_sees \
	%D%/close/reset_must_be_exact \
	%D%/close/time_wait_has_its_own_limit \
	%D%/close/unread_data_resets \
	%D%/handshake/closed_port_refuses \
	%D%/handshake/isn_clock_ticks \
	%D%/handshake/syn_ack_is_retransmitted \
	%D%/handshake/syn_is_retransmitted \
	%D%/handshake/syn_recv_answers_segment \
	%D%/handshake/syn_sent_answers_segment \
	%D%/handshake/timestamp_clock_ticks \
	%D%/handshake/timestamps_need_both \
	%D%/last_ack/challenges_are_limited \
	%D%/last_ack/fin_is_answered \
	%D%/last_ack/syn_is_challenged \
	%D%/limits/counts_agree \
	%D%/limits/default_follows_memory \
	%D%/limits/namespace_takes_them_along \
	%D%/limits/surplus_has_no_time_wait \
	%D%/limits/time_wait_is_small \
	%D%/limits/touched_time_wait_is_freed \
	%D%/nat/busy_range_delays_connects \
	%D%/nat/clients_share_address \
	%D%/nat/conntrack_outlives_time_wait \
	%D%/nat/firewall_passes_answer_to_challenge \
	%D%/nat/later_connection_looks_older \
	%D%/nat/new_ports_look_old \
	%D%/nat/other_client_has_the_port \
	%D%/nat/ports_run_out \
	%D%/old_duplicate/meets_new_connection \
	%D%/old_duplicate/meets_shortened_time_wait \
	%D%/old_duplicate/meets_timestamps \
	%D%/old_duplicate/number_seldom_fits \
	%D%/old_duplicate/outlives_timestamp \
	%D%/old_duplicate/reaches_new_connection \
	%D%/old_duplicate/starts_bounded_ack_loop \
	%D%/ports/exhausted_by_time_wait \
	%D%/ports/free_after_60_s \
	%D%/ports/pairs_multiply \
	%D%/ports/parity_tells_who_chose \
	%D%/ports/range_has_bounds \
	%D%/ports/rate_is_ports_per_time_wait \
	%D%/ports/reserved_is_not_chosen \
	%D%/ports/reused_after_delay \
	%D%/ports/running_out_is_silent \
	%D%/ports/search_takes_longer \
	%D%/ports/socket_has_range \
	%D%/random/keeps_invariants \
	%D%/recycle/address_changes_hands \
	%D%/recycle/adds_to_reuse \
	%D%/recycle/clock_behind_loses \
	%D%/recycle/close_is_remembered \
	%D%/recycle/dual_stack_listener_checks \
	%D%/recycle/full_nat_mixes_clients \
	%D%/recycle/lone_client_looks_old \
	%D%/recycle/memory_is_of_addresses \
	%D%/recycle/memory_lasts_60_s \
	%D%/recycle/older_syn_is_dropped \
	%D%/recycle/open_connection_goes_on \
	%D%/recycle/reopened_below_old_numbers \
	%D%/recycle/second_client_behind_nat \
	%D%/recycle/servers_share_address \
	%D%/recycle/stripping_disables_both \
	%D%/recycle/switches_act_at_once \
	%D%/recycle/sysctl_is_gone \
	%D%/recycle/time_wait_answers_itself \
	%D%/recycle/time_wait_lasts_3_5_rto \
	%D%/regression/bind_misses_other_family \
	%D%/regression/dropped_syn_leaks_number \
	%D%/regression/failed_connect_keeps_address \
	%D%/regression/fin_meets_full_window \
	%D%/regression/nat_loses_answer_to_challenge \
	%D%/regression/odd_echo_delays_opening \
	%D%/regression/port_comes_back_early \
	%D%/regression/stray_reset_ends_nat \
	%D%/reuse/bind_meets_time_wait \
	%D%/reuse/bound_port_is_kept_from_all \
	%D%/reuse/delay_is_bounded \
	%D%/reuse/explicit_port_takes_time_wait \
	%D%/reuse/fin_wait2_is_not_taken \
	%D%/reuse/listeners_share_port \
	%D%/reuse/loopback_is_an_address \
	%D%/reuse/port_is_taken_over_any_link \
	%D%/reuse/server_keeps_its_time_waits \
	%D%/reuse/waits_for_its_delay \
	%D%/routing/hop_limit_runs_out \
	%D%/time_wait/answers_are_limited \
	%D%/time_wait/answers_segment \
	%D%/time_wait/ends_60_s_after_last_segment \
	%D%/time_wait/is_assassinated \
	%D%/time_wait/is_lost_to_full_queue \
	%D%/time_wait/keeps_flow_label \
	%D%/time_wait/lasts_60_s \
	%D%/time_wait/nat_brings_older_timestamp \
	%D%/time_wait/no_sysctl_changes_its_length \
	%D%/time_wait/outlives_conntrack \
	%D%/time_wait/remembers_connection \
	%D%/time_wait/rst_with_old_timestamp \
	%D%/time_wait/segment_outlives_it \
	%D%/time_wait/signs_its_answers \
	%D%/time_wait/survives_icmp \
	%D%/time_wait/syn_finds_its_listener \
	%D%/workload/pings_leave_what_buckets_allow \
	%D%/workload/proxy_has_its_own \
	%D%/workload/remedies_carry_the_load

casesdir = $(pkglibexecdir)
nobase_cases_PROGRAMS = $(CASES)

# What is said about TIME_WAIT; a case decides some of it by number.
dist_pkgdata_DATA = %D%/claims.json

# What upgrades have broken, and which cases show it.
EXTRA_DIST += %D%/regressions.json
