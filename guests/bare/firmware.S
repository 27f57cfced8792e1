@ firmware: what each PSCI call answers, and that CPU_SUSPEND sleeps until an interrupt.
    .include "common.inc"
    .include "timer.inc"

    .macro call function, argument1=0, argument2=0, argument3=0
    ldr r0, =\function
    ldr r1, =\argument1
    ldr r2, =\argument2
    ldr r3, =\argument3
    hvc #0
    .endm

    .macro answers value, call:vararg
    call \call
    expect r0, \value
    .endm

    .equ NOT_SUPPORTED, -1
    .equ INVALID, -2
    .equ ALREADY_ON, -4

main:
    test
    answers 0x10001, 0x84000000
    answers 2, 0x84000006               @ MIGRATE_INFO_TYPE
    answers NOT_SUPPORTED, 0x84000005   @ MIGRATE
    answers NOT_SUPPORTED, 0x84000007
    answers NOT_SUPPORTED, 0x84000012   @ SYSTEM_RESET2
    answers NOT_SUPPORTED, 0x8400000e   @ SYSTEM_SUSPEND
    answers NOT_SUPPORTED, 0x80000000   @ SMCCC_VERSION
    answers NOT_SUPPORTED, 0x80000001, 0x80008000
    answers NOT_SUPPORTED, 0x84000050   @ TRNG_VERSION
    answers NOT_SUPPORTED, 0x86000000   @ KVM's
    answers NOT_SUPPORTED, 0x8400dead
    answers NOT_SUPPORTED, 0
    answers NOT_SUPPORTED, 0xc4000003   @ for 64 bits
    verdict "versions-and-unknown-calls"

    test
    answers ALREADY_ON, 0x84000003, 0, 0x40010000
    answers INVALID, 0x84000003, 1, 0x40010000
    answers INVALID, 0x84000003, 0x80000000, 0x40010000
    answers ALREADY_ON, 0x95c1ba60, 0, 0x40010000
    answers INVALID, 0x95c1ba60, 7, 0x40010000
    answers 0, 0x84000004, 0, 0
    answers INVALID, 0x84000004, 1, 0
    answers 0, 0x84000004, 0, 1
    answers 0, 0x84000004, 5, 3
    verdict "processors"

    test
    .irp function, 0x84000000, 0x84000001, 0x84000002, 0x84000003, 0x84000004, 0x84000006, 0x84000008, 0x84000009, 0x8400000a
    answers 0, 0x8400000a, \function
    .endr
    answers 0, 0x8400000a, 0x95c1ba5e
    answers 0, 0x8400000a, 0x95c1ba5f
    answers 0, 0x8400000a, 0x95c1ba60
    .irp function, 0x84000005, 0x84000007, 0x8400000b, 0x84000012, 0x80000000, 0xc4000001, 0xc4000003, 0x95c1ba61, 0
    answers NOT_SUPPORTED, 0x8400000a, \function
    .endr
    verdict "features"

    test
    answers INVALID, 0x84000001, 0x01000000
    answers INVALID, 0x84000001, 0x00020000
    answers INVALID, 0x95c1ba5e, 0x80000000
    verdict "suspend-to-states-that-there-are-not"

    test                                @ the interrupt is masked: the call returns and nothing is taken
    set hook, timer_hook
    mov r0, #1
    bl gic_init
    start_timer 1000000
    call 0x84000001, 0, 0, 0
    mov r4, r0
    mrc p15, 0, r5, c14, c3, 1          @ CNTV_CTL: it has fired
    expect r4, 0
    expect r5, 5
    expect_seen COUNT, 0
    stop_timer
    verdict "suspend-until-a-masked-interrupt"

    test
    start_timer 1000000
    cpsie i
    call 0x95c1ba5e, 0x00010000, 0x12345678, 0x9abcdef0  @ no place to go on elsewhere
    cpsid i
    mov r4, r0
    expect r4, 0
    expect_seen VECTOR, V_IRQ
    verdict "suspend-until-an-interrupt"

    test
    user
    ldr r0, =0x84000000
    hvc #0
1:  privileged
    expect_exception V_UNDEF
    expect_seen LR, 1b
    verdict "not-for-user"
    b power_off
