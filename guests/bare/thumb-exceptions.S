@ thumb-exceptions: exceptions from T32 code into T32 vectors, in IT blocks and outside; from A32 code into them; from T32
@ code into A32 vectors; and every way back. MMU off.
    .set THUMB, 1
    .include "common.inc"
    .include "timer.inc"
    .include "thumb.inc"

main:
    cpsie aif

@ ---- SVC
    test
    mrs r4, cpsr
    svc #0x12
1:  mrs r5, cpsr
    expect_exception V_SVC
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, T | SVC
    expect_seen_masked CPSR, STATE, I | SVC     @ MRS reads no T
    expect_same r5, r4
    verdict "svc"

    test
    user
    ldr r4, =0x11223344
    mov lr, r4                          @ LR_usr must survive
    svc #7
1:  mov r5, lr
    privileged
    expect_exception V_SVC
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, T | USR
    expect_same r5, r4
    verdict "svc-from-user"

    test
    mov r4, #0
    movs r0, #0
    itttt eq
    addeq r4, r4, #1
    svceq #0
1:  addeq r4, r4, #1
    addeq r4, r4, #1
    expect_exception V_SVC
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, EQ_2 | T | SVC      @ as behind the SVC
    expect_seen_masked CPSR, STATE, I | SVC
    expect r4, 3
    verdict "svc-in-it-block"

    test
    movs r0, #1
    mov r4, #0
    ite eq
    svceq #0
    movne r4, #1
    it ne
    svcne #0
    expect_exception V_SVC
    expect_seen_masked SPSR, STATE, T | SVC
    expect r4, 1
    verdict "svc-conditional"

    test
    user
    movs r0, #0
    mov r4, #0
    itete eq
    svceq #1
1:  movne r4, #1
    addeq r4, r4, #2
    addne r4, r4, #4
    privileged
    expect_exception V_SVC
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, NE_EQ_NE | T | USR
    expect r4, 2
    verdict "svc-in-it-block-of-user"

@ ---- undefined instruction: LR is 2 on, whatever the length
    test
    udf #0
1:  expect_exception V_UNDEF
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, T | SVC
    expect_seen_masked CPSR, STATE, I | UND
    verdict "undef-narrow"

    test
    set resume, 2f
1:  udf.w #0
2:  expect_exception V_UNDEF
    expect_seen LR, 1b + 2
    expect_seen_masked SPSR, STATE, T | SVC
    verdict "undef-wide"

    test
    set resume, 2f
    user
1:  mrc p15, 0, r0, c1, c0, 0           @ SCTLR is not for user mode
2:  privileged
    expect_exception V_UNDEF
    expect_seen LR, 1b + 2
    expect_seen_masked SPSR, STATE, T | USR
    verdict "undef-cp15-from-user"

    test
    set resume, 2f
1:  mrc p15, 7, r0, c4, c0, 7           @ no such register
2:  expect_exception V_UNDEF
    expect_seen LR, 1b + 2
    verdict "undef-cp15-unknown"

    test
    set resume, 2f
1:  mrc2 p15, 0, r0, c0, c0, 0          @ coprocessor 15 has no MRC2
2:  expect_exception V_UNDEF
    expect_seen LR, 1b + 2
    verdict "undef-mrc2"

    test
    set resume, 2f
    mov r4, #0
    movs r0, #1
    ittt eq
    mrceq p15, 7, r0, c4, c0, 7         @ its condition fails
    moveq r4, #1
    moveq r4, #2
    ittt ne
    movne r4, #3
1:  mrcne p15, 7, r0, c4, c0, 7
2:  addne r4, r4, #4                    @ gets the ITSTATE of the one before,
    nop                                 @ and this one its own
    expect_exception V_UNDEF
    expect_seen LR, 1b + 2
    expect_seen_masked SPSR, STATE, NE_2 | T | SVC      @ as at the instruction
    expect r4, 7
    verdict "undef-in-it-block"

@ ---- prefetch abort
    test
    set resume, 2f
1:  bkpt #0
2:  expect_exception V_PREFETCH
    expect_seen LR, 1b + 4
    expect_seen_masked SPSR, STATE, T | SVC
    expect_seen_masked CPSR, STATE, A | I | ABT
    expect_seen_masked IFSR, 0x40f, 2   @ debug event
    expect_seen IFAR, 0
    verdict "prefetch-abort-bkpt"

    test
    set resume, 2f
    user
1:  bkpt #0xff
2:  privileged
    expect_exception V_PREFETCH
    expect_seen LR, 1b + 4
    expect_seen_masked SPSR, STATE, T | USR
    verdict "prefetch-abort-from-user"

    test
    set resume, 2f
    movs r0, #1
    it eq
1:  bkpt #0                             @ is executed whatever the condition
2:  nop
    expect_exception V_PREFETCH
    expect_seen LR, 1b + 4
    expect_seen_masked SPSR, STATE, EQ_1 | T | SVC
    verdict "bkpt-in-it-block"

@ ---- data abort: alignment faults
    test
    ldr r6, =scratch + 2
1:  ldrd r8, r9, [r6]
    expect_exception V_DATA
    expect_seen LR, 1b + 8
    expect_seen_masked SPSR, STATE, T | SVC
    expect_seen_masked CPSR, STATE, A | I | ABT
    expect_seen_masked DFSR, 0xc0f, 1
    seen r0, DFAR
    expect_same r0, r6
    verdict "data-abort-wide"

    test
    ldr r6, =scratch + 1
    mov r7, r6
    set resume, 2f
1:  stm r6!, {r0, r1}
2:  expect_exception V_DATA
    expect_seen LR, 1b + 8
    expect_seen_masked DFSR, 0xc0f, 0x801
    expect_same r6, r7
    verdict "data-abort-narrow"

    test                                @ as when a page is missing: repaired, and tried again
    set hook, align_r6
    set resume, 1f
    ldr r6, =scratch + 2
    ldr r0, =0x55
    ldr r1, =scratch
    str r0, [r1]
    mov r4, #0
    movs r0, #0
    itete eq
    addeq r4, r4, #1
    addne r4, r4, #2
1:  ldrdeq r8, r9, [r6]
    addne r4, r4, #4
    set hook, 0
    expect_exception V_DATA
    expect_seen LR, 1b + 8
    set_psr_it EQ_NE, 0x0c
    expect_seen_masked SPSR, STATE, EQ_NE | T | SVC
    expect r8, 0x55
    expect r4, 1
    verdict "data-abort-in-it-block"

    test
    mrc p15, 0, r4, c1, c0, 0
    orr r0, r4, #2                      @ SCTLR.A
    mcr p15, 0, r0, c1, c0, 0
    isb
    set resume, 2f
    ldr r6, =scratch + 2
    user
1:  ldr r7, [r6]
2:  privileged
    mcr p15, 0, r4, c1, c0, 0
    isb
    expect_exception V_DATA
    expect_seen LR, 1b + 8
    expect_seen_masked SPSR, STATE, T | USR
    verdict "data-abort-from-user"

@ ---- IRQ and FIQ
    mov r0, #1
    bl gic_init
    set hook, timer_hook

    test
    cpsid i
    start_timer 1000
    wait_pending
    cpsie i
1:  nop
    expect_exception V_IRQ
    expect_seen IAR, TIMER_INTID
    expect_seen LR, 1b + 4
    expect_seen_masked SPSR, STATE, T | SVC
    expect_seen_masked CPSR, STATE, A | I | IRQ
    verdict "irq"

    test
    cpsid i
    start_timer 1000
    wait_pending
    mov r4, #0
    mrs r0, cpsr
    bic r0, r0, #I
    movs r1, #0
    itete eq
    msreq cpsr_c, r0                    @ taken right behind it, in the IT block
1:  movne r4, #1
    addeq r4, r4, #2
    addne r4, r4, #4
    expect_exception V_IRQ
    expect_seen LR, 1b + 4
    expect_seen_masked SPSR, STATE, NE_EQ_NE | T | SVC
    expect r4, 2
    verdict "irq-in-it-block"

    test
    cpsid i
    start_timer 1000000                 @ 16 ms: somewhere in the loop, mostly in the IT block
    cpsie i
    movs r4, #0
    mov r5, #0
1:  lsrs r0, r4, #1
    itete cs
    addcs r5, r5, #1
    addcc r5, r5, #2
    addcs r5, r5, #1
    subcc r5, r5, #2
    add r4, r4, #1
    seen r0, COUNT
    cmp r0, #0
    beq 1b
    lsrs r4, r4, #1                     @ two for each odd number
    lsl r4, r4, #1
    expect_same r5, r4
    expect_exception V_IRQ
    verdict "irq-anywhere-in-it-blocks"

    test
    cpsid i
    user
    privileged
    start_timer 1000
    wait_pending
    mov r0, #USR
    msr cpsr_c, r0                      @ unmasks too
1:  nop
    privileged
    expect_exception V_IRQ
    expect_seen LR, 1b + 4
    expect_seen_masked SPSR, STATE, T | USR
    verdict "irq-from-user"

    test
    cpsid i
    start_timer 1000
    wait_pending
    ldr r0, =T | SVC
    msr spsr_cxsf, r0
    ldr lr, =1f
    movs pc, lr                         @ an exception return unmasks
    udf #0
1:  nop
    expect_exception V_IRQ
    expect_seen LR, 1b + 4
    verdict "irq-unmasked-by-return"

    mov r0, #9
    bl gic_init
    test
    cpsid f
    start_timer 1000
    wait_pending
    cpsie f
1:  nop
    expect_exception V_FIQ
    expect_seen LR, 1b + 4
    expect_seen_masked SPSR, STATE, T | SVC
    expect_seen_masked CPSR, STATE, A | I | F | FIQ
    verdict "fiq"
    mov r0, #1
    bl gic_init
    set hook, 0

@ ---- A32 code, T32 vectors
    test
    to_a32
    svc #0
1:  mov r4, #0xaa
    to_t32
    expect_exception V_SVC
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, SVC
    expect_seen_masked CPSR, STATE, I | SVC
    expect r4, 0xaa
    verdict "svc-from-a32"

    test
    to_a32
    udf #0
1:  mov r4, #0xab
    to_t32
    expect_exception V_UNDEF
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, SVC
    expect r4, 0xab
    verdict "undef-from-a32"

    test
    to_a32
    cps #USR
    ldr r6, =scratch + 2
1:  ldrd r8, r9, [r6]
    svc #BECOME_SVC
    to_t32
    expect_exception V_DATA
    expect_seen LR, 1b + 8
    expect_seen_masked SPSR, STATE, USR
    verdict "data-abort-from-a32-user"

@ ---- T32 code, A32 vectors: SCTLR.TE is clear
    test
    ldr r0, =a32_vectors
    mcr p15, 0, r0, c12, c0, 0
    mrc p15, 0, r4, c1, c0, 0
    bic r0, r4, #0x40000000
    mcr p15, 0, r0, c1, c0, 0
    isb
    mov r5, #0
    movs r0, #0
    ittt eq
    svceq #3
1:  addeq r5, r5, #1
    addeq r5, r5, #2
    ldr r0, =vectors
    mcr p15, 0, r0, c12, c0, 0
    mcr p15, 0, r4, c1, c0, 0
    isb
    expect_exception V_SVC
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, EQ_2 | T | SVC
    expect_seen_masked CPSR, STATE, I | SVC
    expect r5, 3
    verdict "svc-into-a32"

@ ---- ways back: into an IT block, which a plain MOVS shows by setting no flags, and to A32
    .macro into_block                   @ Z is clear; EQ, then no IT block
    ldr r0, =EQ_1 | T | A | I | F | SYS
    ldr r1, =1f
    mov r4, #0
    .endm
    .macro in_block name
    udf #0
1:  movs r4, #1                         @ not executed
    movs r4, #0x80
    mrs r5, cpsr
    cps #SVC
    cpsie aif
    expect_seen COUNT, 0
    expect r4, 0x80
    expect_masked r5, 0xf0000000 | STATE, A | I | F | SYS
    verdict "\name"
    .endm

    test
    into_block
    msr spsr_cxsf, r0
    mov lr, r1
    movs pc, lr
    in_block "return-into-it-block-by-movs"

    test
    into_block
    msr spsr_cxsf, r0
    add lr, r1, #12
    subs pc, lr, #12
    in_block "return-into-it-block-by-subs"

    test
    into_block
    ldr r2, =frame
    str r1, [r2]
    str r0, [r2, #4]
    rfeia r2
    in_block "return-into-it-block-by-rfe"

    test
    into_block
    ldr r2, =frame
    str r1, [r2]
    str r0, [r2, #4]
    add r2, r2, #8
    movs r3, #1
    it ne
    rfedbne r2
    in_block "return-into-it-block-by-conditional-rfe"

    test
    ldr r0, =0x60000000 | A | I | F | SYS
    cps #ABT
    msr spsr_cxsf, r0
    ldr lr, =1f
    movs pc, lr
    udf #0
    .balign 4
    .ltorg
    .arm
1:  mov r4, #0xac
    mrs r5, cpsr
    cps #SVC
    cpsie aif
    to_t32
    expect r4, 0xac
    expect_masked r5, 0xf0000000 | STATE, 0x60000000 | A | I | F | SYS
    expect_seen COUNT, 0
    verdict "return-to-a32-by-movs"

    test
    ldr r2, =frame
    ldr r1, =1f
    ldr r0, =I | USR
    str r1, [r2]
    str r0, [r2, #4]
    rfeia r2
    udf #0
    .balign 4
    .ltorg
    .arm
1:  mov r4, #0xad
    mrs r5, cpsr
    svc #BECOME_SVC
    to_t32
    expect r4, 0xad
    expect_masked r5, 0x1f, USR
    expect_seen COUNT, 0
    verdict "return-to-a32-user-by-rfe"

    test                                @ and from A32 into an IT block
    to_a32
    ldr r0, =EQ_1 | T | A | I | F | SYS
    ldr r1, =1f
    movs r4, #1                         @ NE
    mov r4, #0
    push {r0}
    push {r1}
    rfeia sp!
    .ltorg
    .thumb
    in_block "return-from-a32-into-it-block"

    test
    set hook, nested
    svc #0
1:  set hook, 0
    expect_seen COUNT, 3                @ SVC, in it undef, in it SVC
    expect_seen VECTOR, V_SVC
    expect_seen_masked SPSR, STATE, I | T | NE_1 | UND
    verdict "nested"

    b power_off
    .ltorg

    .type align_r6, %function
align_r6:                               @ in the hook r6 is the last that was pushed
    ldr r0, [sp]
    bic r0, r0, #3
    str r0, [sp]
    bx lr

    .type nested, %function
nested:
    ldr r0, [r4, #COUNT]
    cmp r0, #2
    it hi
    bxhi lr
    push {r4, lr}
    ite eq
    svceq #0
    udfne #0
    pop {r4, pc}
    .ltorg

    .arm
    .balign 32
a32_vectors:
    .rept 8
    b a32_enter
    .endr
a32_enter:                              @ only for SVC
    push {r0, r1}
    ldr r1, =seen
    mov r0, #V_SVC
    str r0, [r1, #VECTOR]
    mov r0, #1
    str r0, [r1, #COUNT]
    mrs r0, spsr
    str r0, [r1, #SPSR]
    mrs r0, cpsr
    str r0, [r1, #CPSR]
    str lr, [r1, #LR]
    pop {r0, r1}
    movs pc, lr
    .ltorg

    .bss
    .balign 8
scratch:
    .space 16
frame:
    .space 16
