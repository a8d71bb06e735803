/** Names of liburing's tests, for samples. */
export const liburingTests = `
232c93d07b74 35fa71a030ca 500f9fbadef8 7ad0e4b2f83c 8a9973408177 917257daa0fe a0908ae19763 a4c0b3decb33 accept accept-link
accept-non-empty accept-reuse accept-test across-fork b19062a56726 b5837bd5311d bind-listen buf-ring buf-ring-nommap
buf-ring-put buffer-status ce593a6c480a close-opath cmd-discard connect connect-rep coredump cq-full cq-overflow
cq-overflow-peek cq-peek-batch cq-ready cq-size d4ae271dfaae d77a67ed5f27 defer defer-taskrun defer-tw-timeout double-poll-crash
drop-submit eeed8b54e0df eploop epwait eventfd eventfd-disable eventfd-reg eventfd-ring evloop exec-target exit-no-cleanup
fadvise fallocate fc2a85cb02ef fd-install fd-pass fdinfo fdinfo-sqpoll fifo-futex-poll fifo-nonblock-read file-exit-unreg
file-register file-update file-verify files-exit-hang-poll files-exit-hang-timeout fixed-buf-iter fixed-buf-merge
fixed-hugepage fixed-link fixed-reuse fixed-seg fpos fsnotify fsync futex futex-kill futex-reg fuse hardlink ignore-single-mmap
init-mem init-mem-cloud-ring io-cancel io-wq-exit io_uring_enter io_uring_passthrough io_uring_register io_uring_setup
iopoll iopoll-leak iopoll-overflow iowait kallsyms lfs-openat lfs-openat-write link link-timeout link_drain linked-defer-close
madvise min-timeout min-timeout-wait mkdir msg-ring msg-ring-fd msg-ring-flags msg-ring-overflow multicqes_drain napi-test
no-mmap-inval no-op-ring nolibc nop nop-all-sizes nop-flags nvme open-close open-direct-link open-direct-pick openat2 ooo-file-unreg
personality pipe pipe-bug pipe-eof pipe-reuse poll poll-cancel poll-cancel-all poll-cancel-ton poll-link poll-many
poll-mshot-overflow poll-mshot-update poll-race poll-race-mshot poll-ring poll-v-poll pollfree probe read-before-exit
read-inc-file read-mshot read-mshot-empty read-mshot-stdin read-write recv-bundle-live recv-inc-ooo recv-msgall recv-mshot-fair
recvsend_bundle recvsend_bundle-inc reg-fd-only reg-hint reg-reg-ring reg-wait regbuf-clone regbuf-merge register-restrictions
rename resize-rings ring-leak ring-leak2 ringbuf-loop ringbuf-read ringbuf-status rsrc_tags rw_merge_test self send-zerocopy
send_recv send_recvmsg sendmsg_fs_cve sendmsg_iov_clean sendzc-bug shared-wq short-read shutdown sigfd-deadlock single-issuer
skip-cqe socket socket-getsetsock-cmd socket-io-cmd socket-rw socket-rw-eagain socket-rw-offset splice sq-full sq-full-cpp
sq-poll-dup sq-poll-kthread sq-poll-share sq-space_left sqe-mixed sqpoll-disable-exit sqpoll-exit-hang sqpoll-sleep sqwait
statx stdout submit-and-wait submit-link-fail submit-reuse symlink sync-cancel teardowns thread-exit timeout timeout-new
timeout-overflow timerfd-short-read tty-write-dpoll truncate tx-timestamp uring_cmd_ublk unlink vec-regbuf version
vsock waitid waitid-pipe wait-timeout wakeup-hang wq-aff xattr xfail-iopoll zcrx`
  .trim()
  .split(/\s+/);
