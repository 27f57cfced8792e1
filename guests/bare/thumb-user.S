@ thumb-user: an A32 kernel with programs in T32: their exceptions, in IT blocks and outside, and every way back. MMU off.
    .include "common.inc"
    .include "timer.inc"
    .include "thumb.inc"

    .macro user_t32                     @ to user mode, T32; changes r0
    mrs r0, cpsr
    bic r0, r0, #0x1f
    orr r0, r0, #(T | USR)
    msr spsr_cxsf, r0
    ldr lr, =.Luser\@
    movs pc, lr
    .ltorg
    .thumb
.Luser\@:
    .endm

    .macro privileged_a32               @ changes r0
    svc #BECOME_SVC_T32
    to_a32
    .endm

main:
    cpsie aif

    test
    ldr r4, =0x12345678
    user_t32
    mov lr, r4
    movs r0, #0
    mov r5, #0
    svc #0
1:  mov r6, lr
    mrs r7, cpsr
    privileged_a32
    expect_exception V_SVC
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, T | USR
    expect_seen_masked CPSR, STATE, I | SVC
    expect_same r6, r4
    expect_masked r7, 0x1f | T | ITSTATE, USR
    verdict "svc"

    test
    user_t32
    mov r4, #0
    movs r0, #0
    itete eq
    svceq #1
1:  movne r4, #1
    addeq r4, r4, #2
    svcne #2
    privileged_a32
    expect_exception V_SVC
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, NE_EQ_NE | T | USR
    expect r4, 2
    verdict "svc-in-it-block"

    test                                @ a thousand, for what is fast and what is not
    user_t32
    ldr r5, =1000
    mov r4, #0
1:  tst r5, #1
    ite eq
    svceq #1
    addne r4, r4, #1
    svc #2
    subs r5, r5, #1
    bne 1b
    privileged_a32
    expect r4, 500
    expect_seen COUNT, 1500
    verdict "many-svcs"

    test
    user_t32
    udf #0
1:  privileged_a32
    expect_exception V_UNDEF
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, T | USR
    verdict "undef"

    test
    set resume, 2f
    user_t32
1:  mcr p15, 0, r0, c1, c0, 0           @ SCTLR is not for user mode
2:  privileged_a32
    expect_exception V_UNDEF
    expect_seen LR, 1b + 2
    verdict "undef-wide"

    test
    set resume, 2f
    user_t32
1:  bkpt #1
2:  privileged_a32
    expect_exception V_PREFETCH
    expect_seen LR, 1b + 4
    expect_seen_masked SPSR, STATE, T | USR
    verdict "bkpt"

    test
    set hook, align_r6
    set resume, 1f
    ldr r6, =scratch + 2
    ldr r0, =0x55
    ldr r1, =scratch
    str r0, [r1]
    user_t32
    mov r4, #0
    movs r0, #0
    itete eq
    addeq r4, r4, #1
    addne r4, r4, #2
1:  ldrdeq r8, r9, [r6]
    addne r4, r4, #4
    privileged_a32
    set hook, 0
    expect_exception V_DATA
    expect_seen LR, 1b + 8
    set_psr_it EQ_NE, 0x0c
    expect_seen_masked SPSR, STATE, EQ_NE | T | USR
    expect r8, 0x55
    expect r4, 1
    verdict "data-abort-in-it-block"

    test                                @ sensitive in a kernel, and nothing or little in a program
    user_t32
    cpsid aif
    cpsie.w i
    cps #SVC
    mov r0, #SVC
    msr cpsr_c, r0
    mov r0, #0xf0000000
    msr cpsr_f, r0
    mrs r4, cpsr
    wfe
    sev.w
    yield
    privileged_a32
    expect_masked r4, 0xf000001f, 0xf0000000 | USR
    expect_seen COUNT, 0
    verdict "sensitive-in-user"

    test
    ldr r0, =scratch
    ldr r1, =0x89abcdef
    str r1, [r0]
    user_t32
    ldr r1, =scratch
    ldrt r4, [r1]
    ldrsbt r5, [r1, #1]
    strbt r4, [r1, #3]
    ldr r6, [r1]
    privileged_a32
    expect r4, 0x89abcdef
    expect r5, 0xffffffcd
    expect r6, 0xefabcdef
    expect_seen COUNT, 0
    verdict "ldrt-in-user"

    test                                @ kernel and program call each other's sets
    user_t32
    ldr r1, =a32_routine
    mov r4, #1
    blx r1
    add r4, r4, #1
    privileged_a32
    expect r4, 22
    verdict "interworking"

    mov r0, #1
    bl gic_init
    set hook, timer_hook
    test
    cpsid i
    start_timer 1000000
    mrs r0, cpsr
    bic r0, r0, #(I | 0x1f)
    orr r0, r0, #(T | USR)
    msr spsr_cxsf, r0
    ldr lr, =1f
    mov r4, #0
    mov r5, #0
    ldr r6, =seen
    movs pc, lr
    .ltorg
    .thumb
1:  lsrs r0, r4, #1
    itete cs
    addcs r5, r5, #1
    addcc r5, r5, #2
    addcs r5, r5, #1
    subcc r5, r5, #2
    add r4, r4, #1
    ldr r0, [r6, #COUNT]
    cmp r0, #0
    beq 1b
    privileged_a32
    lsr r4, r4, #1
    lsl r4, r4, #1
    expect_same r5, r4
    expect_exception V_IRQ
    seen r0, SPSR
    expect_masked r0, T | 0x1f, T | USR
    verdict "irq-anywhere"
    set hook, 0

    test                                @ LDM with ^ and RFE into an IT block of a program
    ldr r0, =T | EQ_1 | USR
    msr spsr_cxsf, r0
    ldr r0, =frame
    ldr r1, =1f
    str r1, [r0, #4]
    mov r1, #7
    str r1, [r0]
    movs r5, #1                         @ NE in both, for SPSR has no flags
    mov r4, #0
    ldm r0, {r3, pc}^
    .ltorg
    .thumb
1:  movs r4, #1
    movs r5, #0x80
    privileged_a32
    expect r3, 7
    expect r4, 0
    expect r5, 0x80
    verdict "ldm-into-it-block"

    test
    ldr r0, =frame
    ldr r1, =1f
    ldr r2, =T | EQ_1 | USR
    stm r0, {r1, r2}
    mov r4, #0
    rfeia r0
    .ltorg
    .thumb
1:  movs r4, #1
    movs r5, #0x80
    privileged_a32
    expect r4, 0
    expect r5, 0x80
    verdict "rfe-into-it-block"

    b power_off
    .ltorg

a32_routine:
    add r4, r4, #20
    bx lr

align_r6:                               @ in the hook r6 is the last that was pushed
    ldr r0, [sp]
    bic r0, r0, #3
    str r0, [sp]
    bx lr

    .bss
    .balign 8
scratch:
    .space 16
frame:
    .space 16
