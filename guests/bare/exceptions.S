@ exceptions: takes each exception from privileged and user mode and checks the vector, LR, SPSR, CPSR and
@ what is banked. MMU off.
    .include "common.inc"
    .include "timer.inc"

    .equ STATE, 0x010003ff             @ what entry defines: J, E, A, I, F, T, mode

main:
    cpsie aif

@ ---- SVC
    test
    msr cpsr_f, #0xf0000000
    mrs r4, cpsr
    svc #0x123456
1:  mrs r5, cpsr
    expect_exception V_SVC
    expect_seen LR, 1b
    seen r0, SPSR
    expect_same r0, r4
    expect_seen_masked CPSR, STATE, I | SVC
    expect_same r5, r4                  @ flags and masks are back
    verdict "svc"

    test
    cpsid aif
    svc #0
    cpsie aif
    expect_seen_masked CPSR, STATE, A | I | F | SVC
    expect_seen_masked SPSR, STATE, A | I | F | SVC
    verdict "svc-masked"

    test
    user
    mrs r4, cpsr
    ldr lr, =0x11223344                 @ LR_usr must survive
    svc #7
1:  mov r5, lr
    privileged
    mrs r6, cpsr
    expect_exception V_SVC
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, USR
    expect_seen_masked CPSR, STATE, I | SVC
    expect r5, 0x11223344
    expect_masked r4, STATE, USR
    expect_masked r6, STATE, SVC
    verdict "svc-from-user"

    test
    cps #SYS
    svc #0
1:  cps #SVC
    expect_exception V_SVC
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, SYS
    verdict "svc-from-system"

    test
    movs r0, #1
    svceq #0
    expect_seen COUNT, 0
    movs r0, #0
    svceq #0
    expect_seen COUNT, 1
    verdict "svc-conditional"

@ ---- undefined instruction
    test
    mrs r4, cpsr
    udf #0
1:  expect_exception V_UNDEF
    expect_seen LR, 1b
    seen r0, SPSR
    expect_same r0, r4
    expect_seen_masked CPSR, STATE, I | UND
    verdict "undef"

    test
    user
    mrc p15, 0, r0, c1, c0, 0           @ SCTLR is not for user mode
1:  privileged
    expect_exception V_UNDEF
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, USR
    expect_seen_masked CPSR, STATE, I | UND
    verdict "undef-cp15-from-user"

    test
    mrc p15, 7, r0, c4, c0, 7           @ no such register
    expect_exception V_UNDEF
    verdict "undef-cp15-unknown"

    test
    mcr p15, 0, r0, c0, c0, 0           @ MIDR cannot be written
    expect_exception V_UNDEF
    verdict "undef-cp15-read-only"

    test
    cps #UND
    udf #1
1:  mrs r4, cpsr
    mov r5, lr
    cps #SVC
    expect_exception V_UNDEF
    expect_seen LR, 1b
    expect_seen_masked SPSR, STATE, UND
    expect_masked r4, 0x1f, UND
    expect r5, 1b                       @ in its own mode it overwrites LR_und
    verdict "undef-in-undef-mode"

@ ---- prefetch abort
    test
    mrs r4, cpsr
    set resume, 2f
    mrs r4, cpsr
1:  bkpt #0
2:  expect_exception V_PREFETCH
    expect_seen LR, 1b + 4
    seen r0, SPSR
    expect_same r0, r4
    expect_seen_masked CPSR, STATE, A | I | ABT
    expect_seen_masked IFSR, 0x40f, 2   @ debug event
    expect_seen IFAR, 0
    verdict "prefetch-abort-bkpt"

    test
    set resume, 2f
    user
1:  bkpt #0xffff
2:  privileged
    expect_exception V_PREFETCH
    expect_seen LR, 1b + 4
    expect_seen_masked SPSR, STATE, USR
    verdict "prefetch-abort-from-user"

@ ---- data abort: alignment faults
    test
    ldr r6, =scratch + 2
    mov r7, #0x77
    mrs r4, cpsr
1:  ldrd r8, r9, [r6]
    expect_exception V_DATA
    expect_seen LR, 1b + 8
    seen r0, SPSR
    expect_same r0, r4
    expect_seen_masked CPSR, STATE, A | I | ABT
    expect_seen_masked DFSR, 0xc0f, 1
    seen r0, DFAR
    expect_same r0, r6
    verdict "data-abort-ldrd-alignment"

    test
    ldr r6, =scratch + 1
    mov r7, #0
    mov r8, r6
1:  stm r8!, {r7, r9}
    expect_exception V_DATA
    expect_seen LR, 1b + 8
    expect_seen_masked DFSR, 0xc0f, 0x801       @ it was a write
    expect_same r8, r6
    verdict "data-abort-stm-alignment"

    test
    mrc p15, 0, r4, c1, c0, 0
    orr r0, r4, #2                      @ SCTLR.A
    mcr p15, 0, r0, c1, c0, 0
    isb
    ldr r6, =scratch + 2
    mov r7, #0x77
    user
    ldr r8, [r6]
1:  privileged
    mcr p15, 0, r4, c1, c0, 0
    isb
    expect_exception V_DATA
    expect_seen LR, 1b + 4
    expect_seen_masked SPSR, STATE, USR
    expect_seen_masked DFSR, 0xc0f, 1
    seen r0, DFAR
    expect_same r0, r6
    verdict "data-abort-sctlr-a-from-user"

    test
    mrc p15, 0, r4, c1, c0, 0
    orr r0, r4, #2
    mcr p15, 0, r0, c1, c0, 0
    isb
    ldr r6, =scratch + 1
    mov r8, r6
    strh r7, [r8], #2                   @ no write-back
    ldr r9, =scratch
    ldrb r5, [r9, #1]                   @ bytes are always aligned
    mcr p15, 0, r4, c1, c0, 0
    isb
    expect_exception V_DATA
    expect_same r8, r6
    verdict "data-abort-no-write-back"

@ ---- IRQ from the GIC and the virtual timer
    mov r0, #1
    bl gic_init
    set hook, timer_hook

    test
    cpsid i                             @ not before the loop, however slow the core or busy the host
    start_timer 1000000                 @ 16 ms: mostly somewhere in the loop
    cpsie i
1:  wait_seen
2:  expect_exception V_IRQ
    expect_seen IAR, TIMER_INTID
    expect_seen_masked SPSR, STATE, SVC
    expect_seen_masked CPSR, STATE, A | I | IRQ
    seen r0, LR                         @ within the loop; LR is 4 more than where to go on
    sub r0, r0, #4
    ldr r1, =1b
    ldr r2, =2b
    cmp r0, r1
    movlo r3, #0
    movhs r3, #1
    cmp r0, r2
    movhs r3, #0
    expect r3, 1
    verdict "irq"

    test
    cpsid i
    start_timer 1000
    wait_pending
    mov r4, r0
    seen r5, COUNT
    cpsie i
1:  nop
    mrs r6, cpsr
    expect_masked r4, I | F, I          @ ISR says: IRQ, not FIQ
    expect r5, 0
    expect_exception V_IRQ
    expect_seen LR, 1b + 4              @ taken before the next instruction
    expect_masked r6, STATE, SVC
    verdict "irq-masked-then-taken"

    test
    cpsid i
    start_timer 1000
    wait_pending
    mrs r0, cpsr
    bic r0, r0, #I
    msr cpsr_c, r0
1:  nop
    expect_exception V_IRQ
    expect_seen LR, 1b + 4
    verdict "irq-unmasked-by-msr"

    test
    cpsid i
    start_timer 1000
    wait_pending
    stop_timer
    mrc p15, 0, r4, c12, c1, 0
    cpsie i
    nop
    expect_masked r4, I | F, 0
    expect_seen COUNT, 0                @ a level that went away
    verdict "irq-withdrawn"

    test
    cpsid i
    start_timer 1000
    wait_pending
    mrs r0, cpsr
    bic r0, r0, #I
    msr spsr_cxsf, r0
    ldr lr, =1f
    movs pc, lr                         @ an exception return unmasks
    udf #0
1:  nop
    expect_exception V_IRQ
    expect_seen LR, 1b + 4
    verdict "irq-unmasked-by-return"

    test
    ldr r4, =0x44444444
    ldr r5, =0x55555555
    cps #SYS
    ldr sp, =0x12345678
    ldr lr, =0x9abcdef0
    cpsid i, #SVC
    start_timer 1000
    wait_pending
    msr cpsr_c, #USR                    @ unmasks too
1:  mov r6, sp
    mov r7, lr
    ldr sp, =stack_SYS
    privileged
    expect_exception V_IRQ
    expect_seen LR, 1b + 4
    expect_seen_masked SPSR, STATE, USR
    expect r4, 0x44444444
    expect r5, 0x55555555
    expect r6, 0x12345678
    expect r7, 0x9abcdef0
    verdict "irq-from-user"

    test
    cpsid i
    start_timer 1000
    wait_pending
    svc #1                              @ entered with I set: no IRQ in its handler either
    seen r4, COUNT
    cpsie i
    nop
    expect r4, 1
    expect_seen COUNT, 2
    verdict "irq-after-svc"

@ ---- FIQ: group 0 of the GIC, signalled as FIQ
    mov r0, #9
    bl gic_init

    test
    cpsid f
    start_timer 1000
    wait_pending
    mov r4, r0
    seen r5, COUNT
    cpsie f
1:  nop
    expect_masked r4, I | F, F
    expect r5, 0
    expect_exception V_FIQ
    expect_seen IAR, TIMER_INTID
    expect_seen LR, 1b + 4
    expect_seen_masked SPSR, STATE, SVC
    expect_seen_masked CPSR, STATE, A | I | F | FIQ
    verdict "fiq"

    test
    cpsid i
    start_timer 1000
    wait_seen                           @ I does not mask it
    cpsie i
    expect_exception V_FIQ
    verdict "fiq-while-irq-masked"

    test
    cpsid f
    udf #0
    expect_seen_masked CPSR, STATE, I | F | UND   @ F stays as it was on other entries
    cpsie f
    clear_seen
    udf #0
    expect_seen_masked CPSR, STATE, I | UND
    verdict "fiq-mask-kept"

    mov r0, #1
    bl gic_init
    set hook, 0

@ ---- banked registers
    test
    cpsid aif
    .irp mode, FIQ, IRQ, ABT, UND, SYS
    cps #\mode
    ldr sp, =0x5000 + \mode
    ldr lr, =0x6000 + \mode
    .ifnc \mode, SYS
    ldr r0, =0xf8000000 + \mode
    msr spsr_cxsf, r0
    .endif
    .endr
    cps #SVC
    mov r4, sp
    ldr sp, =0x5000 + SVC
    ldr lr, =0x6000 + SVC
    .irp mode, FIQ, IRQ, ABT, UND, SYS, SVC
    cps #\mode
    mov r5, sp
    mov r6, lr
    .ifnc \mode, SYS
    mrs r7, spsr
    .endif
    cps #SVC
    expect r5, 0x5000 + \mode
    expect r6, 0x6000 + \mode
    .ifnc \mode, SYS
    .ifnc \mode, SVC
    expect r7, 0xf8000000 + \mode
    .endif
    .endif
    .endr
    mov sp, r4
    bl set_stacks
    cpsie aif
    verdict "banked-sp-lr-spsr"

    test
    cpsid aif
    push {r10, r11}
    ldr r8, =0x80
    ldr r9, =0x90
    ldr r10, =0xa0
    ldr r11, =0xb0
    ldr r12, =0xc0
    cps #FIQ
    ldr r8, =0xf80
    ldr r9, =0xf90
    ldr r10, =0xfa0
    ldr r11, =0xfb0
    ldr r12, =0xfc0
    cps #SVC
    add r0, r8, r9
    add r0, r0, r10
    add r0, r0, r11
    add r0, r0, r12
    cps #FIQ
    add r1, r8, r9
    add r1, r1, r10
    add r1, r1, r11
    add r1, r1, r12
    cps #IRQ
    mov r2, r8
    mov r3, r12
    cps #SVC
    pop {r10, r11}
    cpsie aif
    expect r0, 0x80 + 0x90 + 0xa0 + 0xb0 + 0xc0
    expect r1, 0xf80 + 0xf90 + 0xfa0 + 0xfb0 + 0xfc0
    expect r2, 0x80
    expect r3, 0xc0
    verdict "banked-fiq-r8-r12"

    test
    user
    ldr sp, =0xaaaa0000
    ldr lr, =0xbbbb0000
    privileged
    cps #SYS
    mov r4, sp
    mov r5, lr
    ldr sp, =stack_SYS
    cps #SVC
    expect r4, 0xaaaa0000
    expect r5, 0xbbbb0000
    verdict "user-and-system-share"

@ ---- flags through every way back, and nesting
    test
    ldr r4, =0xf80f0000                 @ NZCVQ and GE
    msr cpsr_fs, r4
    udf #0
    mrs r5, cpsr
    expect_masked r5, 0xf80f0000, 0xf80f0000
    expect_seen_masked SPSR, 0xf80f0000, 0xf80f0000
    mov r4, #0
    msr cpsr_fs, r4
    clear_seen
    svc #0
    mrs r5, cpsr
    expect_masked r5, 0xf80f0000, 0x00000000
    expect_seen_masked SPSR, 0xf80f0000, 0x00000000
    verdict "flags-preserved"

    test
    set hook, nested
    svc #0
    set hook, 0
    expect_seen COUNT, 3                @ SVC, in it undef, in it SVC
    expect_seen VECTOR, V_SVC
    expect_seen_masked SPSR, STATE, I | UND
    verdict "nested"

@ ---- another vector table
    test
    ldr r0, =other_vectors
    mrc p15, 0, r4, c12, c0, 0
    mcr p15, 0, r0, c12, c0, 0
    isb
    mrc p15, 0, r5, c12, c0, 0
    mov r6, #0
    svc #0
    udf #0
    mcr p15, 0, r4, c12, c0, 0
    isb
    svc #0
    expect r5, other_vectors
    expect r6, 0x21                     @ undef after SVC
    expect_exception V_SVC
    expect r4, vectors
    verdict "vbar"

    b power_off

nested:
    ldr r0, [r4, #COUNT]
    cmp r0, #1
    beq 1f
    cmp r0, #2
    bxne lr
    push {r5, lr}                       @ in undef mode: an SVC
    svc #2
    pop {r5, pc}
1:  push {r5, lr}                       @ in SVC mode: an undef
    udf #2
    pop {r5, pc}
    .ltorg

    .balign 32
other_vectors:
    b .
    b 1f
    b 2f
    b .
    b .
    b .
    b .
    b .
1:  lsl r6, r6, #0
    orr r6, r6, #0x20
    movs pc, lr
2:  orr r6, r6, #1
    movs pc, lr

    .bss
    .balign 8
scratch:
    .space 32
    .text
