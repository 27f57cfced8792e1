@ sensitive: every class of instruction that behaves differently in user mode without a trap (what a
@ deprivileging VMM must rewrite or translate), and those that trap. MMU off.
    .include "common.inc"
    .include "timer.inc"

    .equ STATE, 0x010003ff              @ J, E, A, I, F, T, mode
    .equ MASKED, A | I | F
    .equ USER_STATE, 0x1f               @ what user mode reads of A, I, F and E is UNKNOWN (DDI 0406C, B9.3.8)

main:
@ ---- CPS
    .irp mode, USR, FIQ, IRQ, SVC, ABT, UND, SYS
    test
    cps #\mode
    mrs r4, cpsr
    .ifc \mode, USR
    privileged
    mrs r5, cpsr
    expect_masked r4, USER_STATE, USR
    .else
    cps #SVC
    mrs r5, cpsr
    expect_masked r4, STATE, MASKED | \mode
    .endif
    expect_masked r5, STATE, MASKED | SVC
    verdict "cps-\mode"
    .endr

    .macro cps_case flags, enabled      @ what CPSIE leaves masked, then CPSID
    test
    cpsid aif
    cpsie \flags
    mrs r4, cpsr
    cpsid \flags, #IRQ
    mrs r5, cpsr
    cpsie \flags, #SVC
    mrs r6, cpsr
    cpsid aif
    expect_masked r4, STATE, (MASKED & ~(\enabled)) | SVC
    expect_masked r5, STATE, MASKED | IRQ
    expect_masked r6, STATE, (MASKED & ~(\enabled)) | SVC
    verdict "cps-\flags"
    .endm
    cps_case a, A
    cps_case i, I
    cps_case f, F
    cps_case ai, A | I
    cps_case af, A | F
    cps_case if, I | F
    cps_case aif, A | I | F

    test
    user
    cpsie aif
    cps #SVC
    cpsie i, #SYS
    mrs r4, cpsr
    privileged
    expect_masked r4, USER_STATE, USR
    expect_seen COUNT, 0                @ ignored, no trap
    verdict "cps-in-user"

@ ---- MRS and MSR of the CPSR
    test
    .irp r, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r12, lr
    mov \r, #(MASKED & 0xff | IRQ)
    msr cpsr_c, \r
    mov \r, #0
    mrs \r, cpsr
    .ifnc \r, r9
    mov r9, \r
    .endif
    msr cpsr_c, #(I | F | SVC)
    expect_masked r9, STATE, MASKED | IRQ
    .endr
    verdict "msr-mrs-cpsr-every-register"

    test
    .irp mode, FIQ, IRQ, ABT, UND, SYS
    msr cpsr_c, #(F | \mode)
    mrs r4, cpsr
    msr cpsr_c, #(I | F | SVC)
    expect_masked r4, STATE, A | F | \mode
    .endr
    verdict "msr-cpsr-c-immediate"

    test
    mov r0, #0
    msr cpsr_x, r0
    mrs r4, cpsr
    msr cpsr_x, #A
    mrs r5, cpsr
    expect_masked r4, STATE, I | F | SVC
    expect_masked r5, STATE, MASKED | SVC
    verdict "msr-cpsr-x"

    test
    mov r0, #0
    msr cpsr_fs, r0
    ldr r0, =0xffffffff
    msr cpsr_s, r0
    mrs r4, cpsr
    msr cpsr_f, #0xf0000000
    mrs r5, cpsr
    msr cpsr_f, r0
    mrs r6, cpsr
    mov r0, #0
    msr cpsr_fs, r0
    mrs r7, cpsr
    ldr r3, =0xf8000000
    and r1, r4, r3
    expect r1, 0
    and r1, r5, r3
    expect r1, 0xf0000000
    and r1, r6, r3
    expect r1, 0xf8000000
    expect_masked r4, 0x000f03ff, 0x000f0000 | MASKED | SVC
    expect_masked r7, 0xf80f03ff, MASKED | SVC
    verdict "msr-cpsr-fs"

    test
    ldr r0, =0x90050000 | MASKED | ABT
    msr cpsr_fsxc, r0
    mrs r4, cpsr
    ldr r0, =MASKED | SVC
    msr cpsr_fsxc, r0
    expect_masked r4, 0xf80f03ff, 0x90050000 | MASKED | ABT
    verdict "msr-cpsr-fsxc"

    test
    ldr r0, =0x01000020 | MASKED | SVC  @ J and T cannot be written by MSR
    msr cpsr_fsxc, r0
    mrs r4, cpsr
    expect_masked r4, STATE, MASKED | SVC
    verdict "msr-cpsr-execution-state"

    test
    user
    ldr r0, =0xf80f0000 | SVC
    msr cpsr_fsxc, r0                   @ user mode writes flags and GE, and nothing else, without a trap
    mrs r4, cpsr
    msr cpsr_c, #SYS
    mrs r5, cpsr
    msr cpsr_f, #0
    mrs r6, cpsr
    privileged
    mov r0, #0
    msr cpsr_fs, r0
    expect_masked r4, 0xf80f0000 | USER_STATE, 0xf80f0000 | USR
    expect_masked r5, 0xf80f0000 | USER_STATE, 0xf80f0000 | USR
    expect_masked r6, 0xf80f0000 | USER_STATE, 0x000f0000 | USR
    expect_seen COUNT, 0
    verdict "msr-mrs-cpsr-in-user"

    test
    movs r0, #1                         @ NE
    mov r4, #0
    mrseq r4, cpsr
    msreq cpsr_c, #(MASKED & 0xff | IRQ)
    mrs r5, cpsr
    mrsne r6, cpsr
    msrne cpsr_c, #(MASKED & 0xff | IRQ)
    mrs r7, cpsr
    cps #SVC
    expect r4, 0
    expect_masked r5, 0x1f, SVC
    expect_masked r6, 0x1f, SVC
    expect_masked r7, 0x1f, IRQ
    verdict "msr-mrs-conditional"

@ ---- MRS and MSR of the SPSR
    .irp mode, FIQ, IRQ, SVC, ABT, UND
    test
    cps #\mode
    mov r0, #0
    msr spsr_cxsf, r0
    ldr r0, =0xf80f0000 | MASKED | USR
    msr spsr_c, r0
    mrs r1, spsr
    msr spsr_x, r0
    mrs r2, spsr
    msr spsr_s, r0
    mrs r3, spsr
    msr spsr_f, r0
    mrs r4, spsr
    msr spsr_f, #0x60000000
    mrs r5, spsr
    msr spsr_c, #(I | SYS)
    mrs r6, spsr
    cps #SVC
    expect r1, 0x00000000 | I | F | USR
    expect r2, 0x00000000 | MASKED | USR
    expect r3, 0x000f0000 | MASKED | USR
    expect r4, 0xf80f0000 | MASKED | USR
    expect r5, 0x600f0000 | MASKED | USR
    expect r6, 0x600f0000 | A | I | SYS
    verdict "spsr-\mode"
    .endr

    test
    cps #ABT
    .irp r, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r12, lr
    ldr \r, =0x50000000 | MASKED | UND
    msr spsr_cxsf, \r
    mov \r, #0
    mrs \r, spsr
    .ifnc \r, r9
    mov r9, \r
    .endif
    cps #SVC
    expect r9, 0x50000000 | MASKED | UND
    cps #ABT
    .endr
    cps #SVC
    verdict "spsr-every-register"

@ ---- MRS and MSR of banked registers (virtualization extensions)
    test
    set resume, no_banked
    mrs r0, sp_usr
    set resume, 0
    seen r0, COUNT
    teq r0, #0
    bne no_banked

    .macro banked_case register, value
    ldr r0, =\value
    msr \register, r0
    mov r0, #0
    mrs r0, \register
    expect r0, \value
    .endm
    banked_case sp_usr, 0x11110000
    banked_case lr_usr, 0x11110004
    banked_case r8_fiq, 0x11110008
    banked_case r9_fiq, 0x1111000c
    banked_case r10_fiq, 0x11110010
    banked_case r11_fiq, 0x11110014
    banked_case r12_fiq, 0x11110018
    banked_case sp_fiq, 0x1111001c
    banked_case lr_fiq, 0x11110020
    banked_case spsr_fiq, 0x20000010
    banked_case sp_irq, 0x11110024
    banked_case lr_irq, 0x11110028
    banked_case spsr_irq, 0x30000010
    banked_case sp_abt, 0x1111002c
    banked_case lr_abt, 0x11110030
    banked_case spsr_abt, 0x40000010
    banked_case sp_und, 0x11110034
    banked_case lr_und, 0x11110038
    banked_case spsr_und, 0x50000010
    cps #IRQ                            @ are they the same as in the modes themselves?
    mov r4, sp
    mrs r5, spsr
    cps #SYS
    mov r6, lr
    cps #FIQ
    mov r7, r9
    cps #SVC
    bl set_stacks
    expect r4, 0x11110024
    expect r5, 0x30000010
    expect r6, 0x11110004
    expect r7, 0x1111000c
    mov r4, sp
    cps #IRQ
    mrs r5, sp_svc
    ldr r0, =0x60000010
    msr spsr_svc, r0
    cps #SVC
    mrs r6, spsr
    expect_same r5, r4
    expect r6, 0x60000010
    ldr r8, =0x88
    ldr r9, =0x99
    cps #FIQ
    ldr r8, =0xf88
    mrs r0, r8_usr
    mrs r1, r9_usr
    ldr r2, =0x8888
    msr r8_usr, r2
    cps #SVC
    expect r0, 0x88
    expect r1, 0x99
    expect r8, 0x8888
    expect_seen COUNT, 0
    verdict "banked-msr-mrs"
    b after_banked
no_banked:
    skipped "banked-msr-mrs"
after_banked:

@ ---- SRS
    .macro srs_case mode, bang, lr_at, delta, name  @ from IRQ mode onto the SVC stack
    test
    mov r4, sp
    ldr sp, =frame + 32
    cps #IRQ
    ldr lr, =0x11112222
    ldr r0, =0x60000000 | MASKED | USR
    msr spsr_cxsf, r0
    srs\mode sp\bang, #SVC
    cps #SVC
    mov r5, sp
    mov sp, r4
    ldr r0, =frame + 32 + \lr_at
    ldr r6, [r0]
    ldr r7, [r0, #4]
    expect r5, frame + 32 + \delta
    expect r6, 0x11112222
    expect r7, 0x60000000 | MASKED | USR
    verdict "srs\mode\name"
    .endm
    srs_case ia, , 0, 0
    srs_case ib, , 4, 0
    srs_case da, , -4, 0
    srs_case db, , -8, 0
    srs_case ia, !, 0, 8, "-write-back"
    srs_case ib, !, 4, 8, "-write-back"
    srs_case da, !, -4, -8, "-write-back"
    srs_case db, !, -8, -8, "-write-back"

    test
    mov r4, sp
    ldr lr, =0x33334444
    msr spsr_f, #0x70000000
    srsdb sp!, #SVC                     @ onto the stack of the mode itself
    mov r5, sp
    pop {r6, r7}
    sub r0, r4, #8
    expect_same r5, r0
    expect r6, 0x33334444
    expect_masked r7, 0xf0000000, 0x70000000
    verdict "srs-own-mode"

@ ---- RFE
    .macro rfe_case mode, bang, pc_at, delta, name
    test
    ldr r0, =frame + 32 + \pc_at
    ldr r1, =99f
    ldr r2, =0xa8000000 | MASKED | SYS
    stm r0, {r1, r2}
    ldr r0, =frame + 32
    rfe\mode r0\bang
    udf #0
99: mrs r4, cpsr
    cps #SVC
    mov r5, r0
    expect_seen COUNT, 0
    expect_masked r4, 0xf80003ff, 0xa8000000 | MASKED | SYS
    expect r5, frame + 32 + \delta
    verdict "rfe\mode\name"
    .endm
    rfe_case ia, , 0, 0
    rfe_case ib, , 4, 0
    rfe_case da, , -4, 0
    rfe_case db, , -8, 0
    rfe_case ia, !, 0, 8, "-write-back"
    rfe_case ib, !, 4, 8, "-write-back"
    rfe_case da, !, -4, -8, "-write-back"
    rfe_case db, !, -8, -8, "-write-back"

    test
    ldr r1, =1f
    ldr r2, =0x50000000 | A | USR
    push {r1, r2}
    mov r4, sp
    rfeia sp!
1:  mrs r5, cpsr
    privileged
    cpsid aif
    add r4, r4, #8
    expect_same sp, r4
    expect_masked r5, 0xf8000000 | USER_STATE, 0x50000000 | USR
    verdict "rfe-to-user"

@ ---- LDM and STM of user registers
    .macro ldm_user_case mode, first
    test
    cps #SYS
    mov sp, #0
    mov lr, #0
    cps #SVC
    mov r4, sp
    ldr r0, =frame + 32 + \first
    ldr r1, =0x0a0a0a0a
    ldr r2, =0x0b0b0b0b
    stm r0, {r1, r2}
    ldr r0, =frame + 32
    ldm\mode r0, {sp, lr}^
    nop
    mov r5, sp
    cps #SYS
    mov r6, sp
    mov r7, lr
    ldr sp, =stack_SYS
    cps #SVC
    expect_same r5, r4                  @ SP_svc is untouched
    expect r0, frame + 32
    expect r6, 0x0a0a0a0a
    expect r7, 0x0b0b0b0b
    verdict "ldm\mode-user-registers"
    .endm
    ldm_user_case ia, 0
    ldm_user_case ib, 4
    ldm_user_case da, -4
    ldm_user_case db, -8

    .macro stm_user_case mode, first
    test
    cps #SYS
    ldr sp, =0x0c0c0c0c
    ldr lr, =0x0d0d0d0d
    cps #SVC
    ldr r0, =frame + 32
    mov r9, #0x99
    stm\mode r0, {r9, sp, lr}^
    ldr r1, =frame + 32 + \first
    ldm r1, {r4, r5, r6}
    cps #SYS
    ldr sp, =stack_SYS
    cps #SVC
    expect r4, 0x99
    expect r5, 0x0c0c0c0c
    expect r6, 0x0d0d0d0d
    verdict "stm\mode-user-registers"
    .endm
    stm_user_case ia, 0
    stm_user_case ib, 4
    stm_user_case da, -8
    stm_user_case db, -12

    test
    push {r10, r11}
    ldr r0, =frame
    ldr r1, =pattern
    ldm r1, {r2-r9}
    stm r0, {r2-r9}
    cps #FIQ
    ldr r8, =0xf8
    ldr r12, =0xfc
    ldm r0, {r8-r14}^                   @ all of user mode's, from FIQ mode
    nop
    mov r2, r8
    mov r3, r12
    stmib r0, {r8-r14}^
    cps #SYS
    mov r4, r8
    mov r5, r9
    mov r6, r12
    mov r7, lr
    ldr sp, =stack_SYS
    cps #SVC
    pop {r10, r11}
    expect r2, 0xf8
    expect r3, 0xfc
    expect r4, 0x80808080
    expect r5, 0x90909090
    expect r6, 0xc0c0c0c0
    expect r7, 0xe0e0e0e0
    ldr r4, [r0, #4]
    ldr r5, [r0, #28]
    expect r4, 0x80808080
    expect r5, 0xe0e0e0e0
    verdict "ldm-stm-user-registers-in-fiq"

    test
    ldr r4, =0x44
    ldr r0, =pattern
    movs r1, #1
    ldmeq r0, {r4, sp}^
    mov r5, r4
    ldmne r0, {r4, sp}^
    nop
    cps #SYS
    ldr sp, =stack_SYS
    cps #SVC
    expect r5, 0x44
    expect r4, 0x80808080
    verdict "ldm-user-registers-conditional"

@ ---- LDM with PC and ^: an exception return
    .macro ldm_return_case mode, bang, first, delta, name
    test
    cps #ABT
    ldr r0, =frame + 32 + \first
    ldr r1, =0x1234
    ldr r2, =99f
    stm r0, {r1, r2}
    ldr r0, =0x98000000 | MASKED | SYS
    msr spsr_cxsf, r0
    ldr r0, =frame + 32
    ldm\mode r0\bang, {r4, pc}^
    udf #0
99: mrs r5, cpsr
    cps #SVC
    mov r6, r0
    expect_seen COUNT, 0
    expect r4, 0x1234
    expect_masked r5, 0xf80003ff, 0x98000000 | MASKED | SYS
    expect r6, frame + 32 + \delta
    verdict "ldm\mode-return\name"
    .endm
    ldm_return_case ia, , 0, 0
    ldm_return_case ib, , 4, 0
    ldm_return_case da, , -4, 0
    ldm_return_case db, , -8, 0
    ldm_return_case ia, !, 0, 8, "-write-back"
    ldm_return_case ib, !, 4, 8, "-write-back"
    ldm_return_case da, !, -4, -8, "-write-back"
    ldm_return_case db, !, -8, -8, "-write-back"

    test
    mov r4, sp
    ldr r0, =0x11
    ldr r1, =0x22
    ldr r2, =1f
    push {r0, r1, r2}
    mov r0, #(F | USR)
    msr spsr_cxsf, r0
    cps #SYS
    ldr sp, =stack_SYS
    ldr lr, =0x77
    cps #SVC
    ldm sp!, {r5, lr, pc}^              @ LR_svc, then user mode
1:  mov r6, lr
    mov r7, sp
    mrs r8, cpsr
    privileged
    cpsid aif
    expect r5, 0x11
    expect r6, 0x77
    expect r7, stack_SYS
    expect_masked r8, USER_STATE, USR
    expect_same sp, r4
    verdict "ldm-return-to-user"

@ ---- loads and stores with user rights: with the MMU off, plain post-indexed accesses
    test
    ldr r0, =pattern
    mov r1, r0
    ldrt r4, [r1], #4
    ldrbt r5, [r1], #1
    sub r1, r1, #5
    mov r2, #2
    ldrt r6, [r1], r2, lsl #2
    sub r3, r1, r0
    expect r3, 8
    expect r4, 0x80808080
    expect r5, 0x90
    expect r6, 0x80808080
    mov r1, r0
    ldrht r4, [r1], #2
    ldrsbt r5, [r1], #-1
    ldrsht r6, [r0], r2
    sub r3, r0, r1
    expect r3, 1
    expect r4, 0x8080
    expect r5, 0xffffff80
    expect r6, 0xffff8080
    verdict "ldrt-family"

    test
    ldr r0, =frame
    mov r1, #0
    str r1, [r0]
    str r1, [r0, #4]
    str r1, [r0, #8]
    ldr r4, =0x12345678
    mov r1, r0
    strt r4, [r1], #4
    strbt r4, [r1], #2
    strht r4, [r1], #2 @ aligned: the MMU is off, and data in Strongly-ordered memory
    sub r2, r1, r0
    expect r2, 8
    ldm r0, {r5, r6}
    expect r5, 0x12345678
    expect r6, 0x56780078
    mov r3, #4
    strt r4, [r1], -r3
    strt r4, [r1], r3, lsr #1
    sub r2, r1, r0
    expect r2, 6
    movs r2, #1
    strteq r1, [r0]
    ldrteq r5, [r0]
    expect r5, 0x12345678
    ldr r6, [r0, #4]
    ldr r7, [r0, #8]
    expect r6, 0x12345678
    expect r7, 0x12345678
    verdict "strt-family"

@ ---- data-processing with S and PC: an exception return
    .include "returns.inc"
    begin_return
    movs pc, lr
    end_return "movs"
    begin_return
    add lr, lr, #4
    subs pc, lr, #4
    end_return "subs"
    begin_return
    subs pc, lr, #0
    end_return "subs-0"
    begin_return
    mov r1, #16
    add lr, lr, #64
    subs pc, lr, r1, lsl #2
    end_return "subs-register-shifted"
    begin_return
    ror lr, lr, #8
    movs pc, lr, ror #24
    end_return "movs-rotated"
    begin_return
    mov r5, lr
    movs pc, r5
    end_return "movs-other-register"
    begin_return
    movs r1, #0
    movsne pc, lr                       @ not executed
    subsne pc, lr, #0
    movseq pc, lr
    end_return "movs-conditional"

    test
    ldr r0, =A | USR
    msr spsr_cxsf, r0
    ldr lr, =1f
    movs pc, lr
1:  mrs r4, cpsr
    privileged
    cpsid aif
    expect_masked r4, USER_STATE, USR
    verdict "return-to-user"

    test
    ldr r0, =0x40000000 | MASKED | FIQ
    cps #ABT
    msr spsr_cxsf, r0
    ldr r4, =1f
    mov pc, r4                          @ without S: no return
    udf #0
1:  mrs r5, cpsr
    ldr r4, =2f
    add pc, r4, #0
    udf #0
2:  mrs r6, cpsr
    cps #SVC
    expect_masked r5, 0x1f, ABT
    expect_masked r6, 0x1f, ABT
    expect_seen COUNT, 0
    verdict "jump-is-no-return"

    test
    mrc p15, 0, r0, c0, c1, 1           @ ID_PFR1
    tst r0, #0xf000
    beq no_eret
    cps #ABT
    ldr r0, =0x98000000 | MASKED | SYS
    msr spsr_cxsf, r0
    ldr lr, =1f
    eret
    udf #0
1:  mrs r4, cpsr
    cps #SVC
    expect_masked r4, 0xf80003ff, 0x98000000 | MASKED | SYS
    verdict "eret"
    b after_eret
no_eret:
    skipped "eret"
after_eret:

@ ---- hints
    mov r0, #1
    bl gic_init
    set hook, timer_hook
    test
    start_timer 20000
    wfi                                 @ a pending interrupt ends it, masked or not
1:  mrc p15, 0, r4, c12, c1, 0
    seen r5, COUNT
    cpsie i
    nop
    cpsid i
    expect_masked r4, I | F, I
    expect r5, 0
    expect_exception V_IRQ
    verdict "wfi-masked"

    test
    cpsie i
    start_timer 2000000                 @ 32 ms: not before the WFI, however slow the core
1:  wfi
    seen r0, COUNT
    teq r0, #0
    beq 1b
    cpsid i
    expect_exception V_IRQ
    expect_seen_masked SPSR, STATE, A | F | SVC
    verdict "wfi-unmasked"

    test
    sev
    wfe
    sev
    wfe
    yield
    nop
    dbg #3
    user
    sev
    wfe
    yield
    privileged
    expect_seen COUNT, 0
    verdict "hints"
    set hook, 0

@ ---- HVC and SMC
    test
    ldr r0, =PSCI_VERSION
    ldr r4, =0x4444
    hvc #0
    mov r5, r0
    expect_seen COUNT, 0
    expect r4, 0x4444
    cmp r5, #2                          @ at least 0.2, at most 1.15
    movlo r5, #-1
    cmp r5, #0x10000
    bichs r5, r5, #0x10000
    bic r5, r5, #15
    expect r5, 0
    verdict "hvc-psci-version"

    test
    ldr r0, =0x8400ff00
    hvc #0
    expect r0, 0xffffffff
    verdict "hvc-psci-unknown"

    test
    user
    ldr r0, =PSCI_SYSTEM_OFF
    hvc #0
1:  privileged
    expect_exception V_UNDEF
    expect_seen LR, 1b
    verdict "hvc-in-user"

    test
    ldr r0, =PSCI_VERSION
    smc #0                              @ no monitor on this board
1:  expect_exception V_UNDEF
    expect_seen LR, 1b
    verdict "smc-undefined"

@ ---- CP15
    .macro cp15_case op1, crn, crm, op2, value, mask=0xffffffff
    ldr r0, =\value
    mrc p15, \op1, r4, \crn, \crm, \op2
    mcr p15, \op1, r0, \crn, \crm, \op2
    isb
    mrc p15, \op1, r5, \crn, \crm, \op2
    mcr p15, \op1, r4, \crn, \crm, \op2
    isb
    expect_masked r5, \mask, \value
    .endm
    test
    cp15_case 0, c2, c0, 0, 0x40abc000  @ TTBR0
    cp15_case 0, c2, c0, 1, 0x40def000  @ TTBR1
    cp15_case 0, c2, c0, 2, 0x00000003, 0x37    @ TTBCR
    cp15_case 0, c3, c0, 0, 0x12345678  @ DACR
    cp15_case 0, c5, c0, 0, 0x0000080d  @ DFSR
    cp15_case 0, c5, c0, 1, 0x00000005  @ IFSR
    cp15_case 0, c6, c0, 0, 0xdeadbeef  @ DFAR
    cp15_case 0, c6, c0, 2, 0xdeadbee0  @ IFAR
    cp15_case 0, c7, c4, 0, 0x12345000  @ PAR
    cp15_case 0, c10, c2, 0, 0x000a81a4 @ PRRR
    cp15_case 0, c10, c2, 1, 0x44e048e0 @ NMRR
    cp15_case 0, c13, c0, 1, 0x12345678 @ CONTEXTIDR
    cp15_case 0, c13, c0, 2, 0x87654321 @ TPIDRURW
    cp15_case 0, c13, c0, 3, 0x11111111 @ TPIDRURO
    cp15_case 0, c13, c0, 4, 0x22222222 @ TPIDRPRW
    expect_seen COUNT, 0
    verdict "cp15-read-write"

    test
    mrc p15, 0, r0, c0, c0, 0           @ MIDR
    lsr r0, r0, #24
    expect r0, 0x41                     @ Arm
    mrc p15, 0, r0, c0, c0, 5           @ MPIDR
    expect_masked r0, 0x00ffffff, 0
    mrc p15, 0, r0, c0, c0, 1           @ CTR: the ARMv7 format
    lsr r0, r0, #29
    expect r0, 4
    mrc p15, 0, r0, c0, c1, 4           @ ID_MMFR0: VMSAv7
    and r0, r0, #14
    expect r0, 4
    mrc p15, 1, r0, c0, c0, 1           @ CLIDR
    mov r1, #0
    mcr p15, 2, r1, c0, c0, 0           @ CSSELR
    isb
    mrc p15, 1, r0, c0, c0, 0           @ CCSIDR
    expect_seen COUNT, 0
    verdict "cp15-identification"

    test
    ldr r0, =0x0a0b0c0d
    mcr p15, 0, r0, c13, c0, 2          @ TPIDRURW
    ldr r0, =0x01020304
    mcr p15, 0, r0, c13, c0, 3          @ TPIDRURO
    user
    mrc p15, 0, r4, c13, c0, 2
    mrc p15, 0, r5, c13, c0, 3
    add r6, r4, #1
    mcr p15, 0, r6, c13, c0, 2
    mrc p15, 0, r6, c13, c0, 2
    mcr p15, 0, r0, c7, c5, 4           @ ISB
    mcr p15, 0, r0, c7, c10, 4          @ DSB
    mcr p15, 0, r0, c7, c10, 5          @ DMB
    ldr r0, =seen
    ldr r7, [r0, #COUNT]
    mcr p15, 0, r6, c13, c0, 3          @ not TPIDRURO,
    mrc p15, 0, r6, c13, c0, 4          @ nor TPIDRPRW,
    mcr p15, 0, r6, c7, c5, 0           @ nor cache maintenance
    mrc p15, 0, r6, c0, c0, 0           @ nor MIDR
    privileged
    expect r4, 0x0a0b0c0d
    expect r5, 0x01020304
    expect r6, 0x0a0b0c0e
    expect r7, 0
    expect_seen COUNT, 4
    verdict "cp15-in-user"

    test
    mov r0, #0
    ldr r1, =frame
    mcr p15, 0, r0, c7, c5, 0           @ ICIALLU
    mcr p15, 0, r1, c7, c5, 1           @ ICIMVAU
    mcr p15, 0, r0, c7, c5, 6           @ BPIALL
    mcr p15, 0, r1, c7, c5, 7           @ BPIMVA
    mcr p15, 0, r0, c7, c1, 0           @ ICIALLUIS
    mcr p15, 0, r0, c7, c1, 6           @ BPIALLIS
    mcr p15, 0, r1, c7, c10, 1          @ DCCMVAC
    mcr p15, 0, r1, c7, c11, 1          @ DCCMVAU
    mcr p15, 0, r1, c7, c14, 1          @ DCCIMVAC
    mcr p15, 0, r0, c7, c10, 2          @ DCCSW
    mcr p15, 0, r0, c7, c14, 2          @ DCCISW
    mcr p15, 0, r0, c8, c7, 0           @ TLBIALL
    mcr p15, 0, r0, c8, c7, 1           @ TLBIMVA
    mcr p15, 0, r0, c8, c7, 2           @ TLBIASID
    mcr p15, 0, r0, c8, c7, 3           @ TLBIMVAA
    mcr p15, 0, r0, c8, c3, 0           @ TLBIALLIS
    mcr p15, 0, r0, c8, c3, 1           @ TLBIMVAIS
    mcr p15, 0, r0, c8, c3, 2           @ TLBIASIDIS
    mcr p15, 0, r0, c8, c3, 3           @ TLBIMVAAIS
    mcr p15, 0, r0, c8, c5, 0           @ ITLBIALL
    mcr p15, 0, r0, c8, c6, 0           @ DTLBIALL
    dsb
    isb
    expect_seen COUNT, 0
    verdict "cp15-maintenance"

    test
    mrc p15, 0, r4, c1, c0, 0           @ SCTLR
    orr r0, r4, #(1 << 12)              @ I: instruction cache
    orr r0, r0, #(1 << 11)              @ Z: branch prediction
    mcr p15, 0, r0, c1, c0, 0
    isb
    mrc p15, 0, r5, c1, c0, 0
    mcr p15, 0, r4, c1, c0, 0
    isb
    and r5, r5, #(1 << 12)
    expect r5, 1 << 12
    verdict "cp15-sctlr"

    test
    mov r0, #0
    mcr p15, 0, r0, c14, c1, 0          @ CNTKCTL
    isb
    user
    mrrc p15, 1, r0, r1, c14            @ CNTVCT
    ldr r0, =seen
    ldr r4, [r0, #COUNT]
    privileged
    mov r0, #2                          @ PL0VCTEN
    mcr p15, 0, r0, c14, c1, 0
    isb
    user
    mrrc p15, 1, r2, r3, c14
    mrrc p15, 1, r6, r7, c14
    ldr r0, =seen
    ldr r5, [r0, #COUNT]
    privileged
    expect r4, 1
    expect r5, 1
    subs r6, r6, r2
    sbcs r7, r7, r3
    expect_masked r7, 0x80000000, 0     @ does not run backwards
    verdict "cp15-counter-in-user"

@ ---- CP10 and CP11: VFP is there, disabled, enabled
    test
    mrc p15, 0, r4, c1, c0, 2           @ CPACR
    mov r0, #0
    mcr p15, 0, r0, c1, c0, 2
    isb
    vmov s0, r0
    expect_exception V_UNDEF
    ldr r0, =0x00f00000
    mcr p15, 0, r0, c1, c0, 2
    isb
    mrc p15, 0, r5, c1, c0, 2
    expect_masked r5, 0x00f00000, 0x00f00000
    clear_seen
    mov r0, #0
    vmsr fpexc, r0
    vmov s0, r0
    expect_exception V_UNDEF            @ FPEXC.EN is clear
    clear_seen
    mov r0, #0x40000000
    vmsr fpexc, r0
    vmrs r6, fpexc
    ldr r0, =0x3fc00000
    vmov s0, r0
    vadd.f32 s1, s0, s0
    vmov r7, s1
    expect_seen COUNT, 0
    expect_masked r6, 0x40000000, 0x40000000
    expect r7, 0x40400000               @ 1.5 + 1.5
    user
    vmrs r6, fpexc
    privileged
    expect_exception V_UNDEF            @ FPEXC is not for user mode
    ldr r0, =0x00500000                 @ privileged only
    mcr p15, 0, r0, c1, c0, 2
    isb
    clear_seen
    vmov r7, s1
    user
    vmov r7, s1
    privileged
    expect_exception V_UNDEF
    mov r0, #0
    vmsr fpexc, r0
    mcr p15, 0, r4, c1, c0, 2
    isb
    verdict "vfp-enables"

    b power_off
    .ltorg

pattern:
    .irp byte, 0x80, 0x90, 0xa0, 0xb0, 0xc0, 0xd0, 0xe0, 0xf0
    .fill 4, 1, \byte
    .endr

    .bss
    .balign 8
frame:
    .space 64
    .text
