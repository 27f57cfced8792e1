@ thumb-sensitive: every class of T32 instruction that behaves differently in user mode without a trap, and those that
@ trap; narrow and wide, in IT blocks and outside. MMU off.
    .set THUMB, 1
    .include "common.inc"
    .include "timer.inc"
    .include "thumb.inc"

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

    .macro cps_case flags, enabled, width       @ what CPSIE leaves masked, then CPSID
    test
    cpsid aif
    cpsie\width \flags
    mrs r4, cpsr
    cpsid \flags, #IRQ
    mrs r5, cpsr
    cpsie \flags, #SVC
    mrs r6, cpsr
    cpsid\width aif
    mrs r7, cpsr
    expect_masked r4, STATE, (MASKED & ~(\enabled)) | SVC
    expect_masked r5, STATE, MASKED | IRQ
    expect_masked r6, STATE, (MASKED & ~(\enabled)) | SVC
    expect_masked r7, STATE, MASKED | SVC
    verdict "cps\width-\flags"
    .endm
    .irp width, .n, .w
    cps_case a, A, \width
    cps_case i, I, \width
    cps_case f, F, \width
    cps_case ai, A | I, \width
    cps_case if, I | F, \width
    cps_case aif, A | I | F, \width
    .endr

    test
    user
    cpsie aif
    cpsie.w i
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
    mov r0, #(I | F | SVC)
    msr cpsr_c, r0
    expect_masked r9, STATE, MASKED | IRQ
    .endr
    verdict "msr-mrs-cpsr-every-register"

    test
    mov r0, #0
    msr cpsr_x, r0
    mrs r4, cpsr
    mov r0, #A
    msr cpsr_x, r0
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
    mov r1, #0xf0000000
    msr cpsr_f, r1
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
    ldr r0, =0x01000000 | ITSTATE | MASKED | SVC        @ J, IT and T cannot be written by MSR, nor read by MRS
    msr cpsr_fsxc, r0
    mrs r4, cpsr
    mov r5, #1
    expect_masked r4, STATE | T, MASKED | SVC
    expect r5, 1
    verdict "msr-cpsr-execution-state"

    test
    user
    ldr r0, =0xf80f0000 | SVC
    msr cpsr_fsxc, r0                   @ user mode writes flags and GE, and nothing else, without a trap
    mrs r4, cpsr
    mov r0, #SYS
    msr cpsr_c, r0
    mrs r5, cpsr
    mov r0, #0
    msr cpsr_f, r0
    mrs r6, cpsr
    privileged
    msr cpsr_fs, r0
    expect_masked r4, 0xf80f0000 | USER_STATE, 0xf80f0000 | USR
    expect_masked r5, 0xf80f0000 | USER_STATE, 0xf80f0000 | USR
    expect_masked r6, 0xf80f0000 | USER_STATE, 0x000f0000 | USR
    expect_seen COUNT, 0
    verdict "msr-mrs-cpsr-in-user"

    test
    mov r2, #(MASKED & 0xff | IRQ)
    mov r3, #(MASKED & 0xff | FIQ)
    movs r0, #1                         @ NE
    mov r4, #0
    itete eq
    mrseq r4, cpsr
    mrsne r5, cpsr
    msreq cpsr_c, r3
    msrne cpsr_c, r2
    mrs r6, cpsr
    cps #SVC
    expect r4, 0
    expect_masked r5, STATE, MASKED | SVC       @ no IT either
    expect_masked r6, STATE, A | I | F | IRQ
    verdict "msr-mrs-conditional"

    test                                @ the block goes on by the flags that MSR wrote
    movs r0, #1                         @ NE
    mov r4, #0
    ldr r2, =0x40000000 | MASKED | SVC  @ EQ
    itee ne
    msrne cpsr_fsxc, r2
    addeq r4, r4, #1
    addeq r4, r4, #2
    expect r4, 3
    verdict "msr-flags-in-it-block"

@ ---- MRS and MSR of the SPSR
    .irp mode, FIQ, IRQ, SVC, ABT, UND
    test
    cps #\mode
    mov r0, #0
    msr spsr_cxsf, r0
    ldr r0, =0xf80f0000 | ITSTATE | T | MASKED | USR
    msr spsr_c, r0
    mrs r1, spsr
    msr spsr_x, r0
    mrs r2, spsr
    msr spsr_s, r0
    mrs r3, spsr
    msr spsr_f, r0
    mrs r4, spsr
    cps #SVC
    expect r1, 0x00000000 | T | I | F | USR
    expect r2, 0x0000fc00 | T | MASKED | USR
    expect r3, 0x000ffc00 | T | MASKED | USR
    expect r4, 0xfe0ffc00 | T | MASKED | USR
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
    banked_case r12_fiq, 0x11110018
    banked_case sp_irq, 0x11110024
    banked_case lr_irq, 0x11110028
    banked_case spsr_irq, 0x30000010
    banked_case sp_abt, 0x1111002c
    banked_case lr_und, 0x11110038
    banked_case spsr_und, 0x50000010
    bl set_stacks
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
    ldr r0, =frame + 32
    mov sp, r0
    cps #IRQ
    ldr lr, =0x11112222
    ldr r0, =0x60000000 | EQ_2 | T | MASKED | USR
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
    expect r7, 0x60000000 | EQ_2 | T | MASKED | USR
    verdict "srs\mode\name"
    .endm
    srs_case ia, , 0, 0
    srs_case db, , -8, 0
    srs_case ia, !, 0, 8, "-write-back"
    srs_case db, !, -8, -8, "-write-back"

@ ---- RFE
    .macro rfe_case mode, bang, pc_at, delta, name
    test
    ldr r0, =frame + 32 + \pc_at
    ldr r1, =99f
    ldr r2, =0xa8000000 | T | MASKED | SYS
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
    rfe_case db, , -8, 0
    rfe_case ia, !, 0, 8, "-write-back"
    rfe_case db, !, -8, -8, "-write-back"

    test
    ldr r1, =1f
    ldr r2, =0x50000000 | A | T | USR
    push {r1, r2}
    mov r4, sp
    rfeia sp!
    udf #0
1:  mrs r5, cpsr
    privileged
    cpsid aif
    add r4, r4, #8
    mov r6, sp
    expect_same r6, r4
    expect_masked r5, 0xf8000000 | USER_STATE, 0x50000000 | USR
    verdict "rfe-to-user"

    test                                @ what is on the stack of an exception of Linux
    cps #SYS
    mov r7, sp
    cps #SVC
    srsdb sp!, #SYS
    cps #SYS
    mov r6, sp
    mov sp, r7
    cps #SVC
    sub r7, r7, #8
    expect_same r6, r7
    verdict "srs-to-system-stack"

@ ---- loads and stores with user rights: with the MMU off, plain ones
    test
    ldr r0, =pattern
    ldrt r4, [r0]
    ldrbt r5, [r0, #4]
    ldrt r6, [r0, #8]
    add r1, r0, #1
    ldrt r7, [r1, #255]
    expect r4, 0x80808080
    expect r5, 0x90
    expect r6, 0xa0a0a0a0
    expect r7, 0xf1f1f1f1
    ldrht r4, [r0]
    ldrsbt r5, [r0, #1]
    ldrsht r6, [r0, #2]
    expect r4, 0x8080
    expect r5, 0xffffff80
    expect r6, 0xffff8080
    verdict "ldrt-family"

    test
    ldr r0, =frame
    mov r1, #0
    str r1, [r0]
    str r1, [r0, #4]
    ldr r4, =0x12345678
    strt r4, [r0]
    strbt r4, [r0, #4]
    strht r4, [r0, #6]
    ldm r0, {r5, r6}
    expect r5, 0x12345678
    expect r6, 0x56780078
    movs r2, #1
    mov r7, #0
    itete eq
    strteq r1, [r0]
    ldrtne r7, [r0]
    strbteq r1, [r0, #1]
    strhtne r1, [r0, #4]
    ldm r0, {r5, r6}
    expect r5, 0x12345678
    expect r6, 0x56780000
    expect r7, 0x12345678
    verdict "strt-family"

@ ---- SUBS PC, LR: an exception return
    .macro begin_return                 @ in abort mode, about to return to 99 in system mode
    test
    cps #ABT
    ldr r0, =0xd8000000 | A | F | T | SYS
    msr spsr_cxsf, r0
    ldr lr, =99f
    .endm
    .macro end_return name
    udf #0
    udf #0
99: mrs r4, cpsr
    cps #SVC
    cpsid aif
    expect_seen COUNT, 0
    expect_masked r4, 0xf80003ff, 0xd8000000 | A | F | SYS
    verdict "return-by-\name"
    .endm
    begin_return
    movs pc, lr
    end_return "movs"
    begin_return
    add lr, lr, #4
    subs pc, lr, #4
    end_return "subs"
    begin_return
    add lr, lr, #255
    subs pc, lr, #255
    end_return "subs-255"
    begin_return
    movs r1, #0
    it ne
    movsne pc, lr                       @ not executed
    it eq
    movseq pc, lr
    end_return "movs-conditional"

    test
    ldr r0, =A | T | USR
    msr spsr_cxsf, r0
    ldr lr, =1f
    movs pc, lr
    udf #0
1:  mrs r4, cpsr
    privileged
    cpsid aif
    expect_masked r4, USER_STATE, USR
    verdict "return-to-user"

@ ---- hints
    mov r0, #1
    bl gic_init
    set hook, timer_hook
    .irp width, .n, .w
    test
    start_timer 20000
    wfi\width                           @ a pending interrupt ends it, masked or not
    mrc p15, 0, r4, c12, c1, 0
    seen r5, COUNT
    cpsie i
    nop
    cpsid i
    expect_masked r4, I | F, I
    expect r5, 0
    expect_exception V_IRQ
    verdict "wfi\width-masked"
    .endr

    test
    cpsie i
    start_timer 2000000                 @ 32 ms: not before the WFI, however slow the core
    movs r4, #0
1:  it eq
    wfieq
    seen r0, COUNT
    cmp r0, #0
    beq 1b
    cpsid i
    expect_exception V_IRQ
    expect_seen_masked SPSR, STATE, A | F | T | SVC
    verdict "wfi-unmasked"

    test
    sev
    wfe
    sev.w
    wfe.w
    yield
    yield.w
    nop
    nop.w
    dbg #3
    user
    sev
    wfe
    yield.w
    privileged
    expect_seen COUNT, 0
    verdict "hints"
    set hook, 0

@ ---- HVC and SMC
    test
    ldr r0, =PSCI_VERSION
    hvc #0
    lsrs r5, r0, #16
    expect r5, 1
    ldr r0, =0x8400ff00
    hvc #0x1234
    expect r0, 0xffffffff
    verdict "hvc-psci"

    test
    set resume, 2f
    user
    ldr r0, =PSCI_SYSTEM_OFF
1:  hvc #0
2:  privileged
    expect_exception V_UNDEF
    expect_seen LR, 1b + 2
    verdict "hvc-in-user"

    test
    set resume, 2f
    ldr r0, =PSCI_VERSION
1:  smc #0                              @ no monitor on this board
2:  set resume, 0
    expect_exception V_UNDEF
    expect_seen LR, 1b + 2
    verdict "smc-undefined"

@ ---- CP15
    .macro cp15_case op1, crn, crm, op2, value
    ldr r0, =\value
    mrc p15, \op1, r4, \crn, \crm, \op2
    mcr p15, \op1, r0, \crn, \crm, \op2
    isb
    mrc p15, \op1, r5, \crn, \crm, \op2
    mcr p15, \op1, r4, \crn, \crm, \op2
    isb
    expect r5, \value
    .endm
    test
    cp15_case 0, c2, c0, 0, 0x40abc000  @ TTBR0
    cp15_case 0, c3, c0, 0, 0x12345678  @ DACR
    cp15_case 0, c5, c0, 0, 0x0000080d  @ DFSR
    cp15_case 0, c6, c0, 0, 0xdeadbeef  @ DFAR
    cp15_case 0, c7, c4, 0, 0x12345000  @ PAR
    cp15_case 0, c13, c0, 1, 0x12345678 @ CONTEXTIDR
    cp15_case 0, c13, c0, 2, 0x87654321 @ TPIDRURW
    cp15_case 0, c13, c0, 3, 0x11111111 @ TPIDRURO
    cp15_case 0, c13, c0, 4, 0x22222222 @ TPIDRPRW
    expect_seen COUNT, 0
    verdict "cp15-read-write"

    test
    mov r4, #0
    mov r5, #0
    mov r6, #0
    ldr r0, =0x33333333
    mcr p15, 0, r0, c13, c0, 4          @ TPIDRPRW
    movs r1, #0
    itete eq
    mrceq p15, 0, r4, c13, c0, 4
    mrcne p15, 0, r5, c13, c0, 4
    mcreq p15, 0, r1, c3, c0, 0         @ DACR
    mcrne p15, 0, r0, c13, c0, 4
    mrc p15, 0, r6, c13, c0, 4
    expect r4, 0x33333333
    expect r5, 0
    expect r6, 0x33333333
    expect_seen COUNT, 0
    verdict "cp15-in-it-block"

    test
    mrc p15, 0, apsr_nzcv, c13, c0, 4   @ TPIDRPRW still
    mrs r4, cpsr
    expect_masked r4, 0xf0000000, 0x30000000
    mrrc p15, 1, r2, r3, c14            @ CNTVCT
    mrrc p15, 1, r6, r7, c14
    subs r6, r6, r2
    sbcs r7, r7, r3
    expect_masked r7, 0x80000000, 0     @ does not run backwards
    ldr r2, =0x89abcdef
    ldr r3, =0x01234567
    mcrr p15, 3, r2, r3, c14            @ CNTV_CVAL
    mrrc p15, 3, r6, r7, c14
    expect r6, 0x89abcdef
    expect r7, 0x01234567
    expect_seen COUNT, 0
    verdict "cp15-flags-and-pairs"

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
    privileged
    expect r4, 0x0a0b0c0d
    expect r5, 0x01020304
    expect r6, 0x0a0b0c0e
    expect_seen COUNT, 0
    verdict "cp15-in-user"

    test
    mov r0, #0
    ldr r1, =frame
    mcr p15, 0, r0, c7, c5, 0           @ ICIALLU
    mcr p15, 0, r1, c7, c5, 1           @ ICIMVAU
    mcr p15, 0, r1, c7, c10, 1          @ DCCMVAC
    mcr p15, 0, r0, c8, c7, 0           @ TLBIALL
    mcr p15, 0, r0, c8, c7, 1           @ TLBIMVA
    mcr p15, 0, r0, c8, c7, 2           @ TLBIASID
    mcr p15, 0, r0, c8, c7, 3           @ TLBIMVAA
    dsb
    isb
    expect_seen COUNT, 0
    verdict "cp15-maintenance"

@ ---- SETEND
    test
    ldr r0, =frame
    ldr r1, =0x12345678
    str r1, [r0]
    setend be
    ldr r4, [r0]
    mrs r5, cpsr
    svc #0                              @ SCTLR.EE is clear
    mrs r6, cpsr
    ldrt r7, [r0]
    setend le
    expect r4, 0x78563412
    expect_masked r5, 0x200, 0x200
    expect_masked r6, 0x200, 0x200
    expect r7, 0x78563412
    expect_seen_masked SPSR, STATE, 0x200 | MASKED | T | SVC
    expect_seen_masked CPSR, STATE, MASKED | SVC
    verdict "setend"

    b power_off
    .ltorg

    .balign 4
pattern:
    .irp byte, 0x80, 0x90, 0xa0, 0xb0, 0xc0, 0xd0, 0xe0, 0xf0
    .fill 4, 1, \byte
    .endr
    .space 224
    .fill 8, 1, 0xf1

    .bss
    .balign 8
frame:
    .space 64
    .text
