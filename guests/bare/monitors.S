@ monitors: the performance monitors, PMUv2: registers, the cycle counter, software increments, overflows and their interrupt,
@ filters by privilege, programs. QEMU counts no instructions, so `instructions…` fail to count there and are skipped.
    .include "common.inc"
    .include "timer.inc"

    .equ MONITORS_INTID, 23             @ PPI 7
    .equ E, 1                           @ PMCR: enable,
    .equ P, 2                           @ reset of the event counters,
    .equ C, 4                           @ of the cycle counter
    .equ D, 8                           @ count every 64th cycle
    .equ CYCLE, 0x80000000              @ the cycle counter in the masks
    .equ NOT_KERNEL, 0x80000000         @ PMXEVTYPER
    .equ NOT_USER, 0x40000000
    .equ SOFTWARE, 0                    @ events
    .equ INSTRUCTIONS, 8
    .equ CYCLES, 0x11

    .macro pmcr value                   @ changes r0
    ldr r0, =\value
    mcr p15, 0, r0, c9, c12, 0
    isb
    .endm

    .macro monitor crm, opc2, value     @ one of c9; changes r0
    ldr r0, =\value
    mcr p15, 0, r0, c9, \crm, \opc2
    .endm

    .macro select counter, type         @ changes r0
    monitor c12, 5, \counter
    monitor c13, 1, \type
    isb
    .endm

    .macro set_count value              @ of the selected counter; changes r0
    monitor c13, 2, \value
    .endm

    .macro count register
    isb
    mrc p15, 0, \register, c9, c13, 2
    .endm

    .macro cycles register
    isb
    mrc p15, 0, \register, c9, c13, 0
    .endm

    .macro all_off                      @ changes r0
    pmcr P | C
    monitor c12, 2, -1                  @ PMCNTENCLR
    monitor c14, 2, -1                  @ PMINTENCLR
    monitor c12, 3, -1                  @ PMOVSR
    select 31, 0
    .endm

    .macro spin                         @ a while; changes r0
    ldr r0, =20000
.Lspin\@:
    subs r0, r0, #1
    bne .Lspin\@
    .endm

main:
    set hook, monitors_hook
    mov r0, #1
    bl gic_init
    ldr r1, =GICD
    mov r3, #(1 << MONITORS_INTID)
    str r3, [r1, #GICD_ISENABLER]
    mov r3, #0x80
    strb r3, [r1, #(GICD_IPRIORITYR + MONITORS_INTID)]

    test
    mrc p15, 0, r4, c0, c1, 2           @ ID_DFR0.PerfMon
    expect_masked r4, 0x0f000000, 0x02000000
    mrc p15, 0, r4, c9, c12, 0
    expect r4, 0x410f3000
    all_off
    monitor c12, 1, -1                  @ PMCNTENSET
    mrc p15, 0, r4, c9, c12, 2
    expect r4, 0x8000003f
    monitor c12, 2, 0x80000001
    mrc p15, 0, r4, c9, c12, 1
    expect r4, 0x3e
    monitor c14, 1, -1                  @ PMINTENSET
    mrc p15, 0, r4, c9, c14, 2
    expect r4, 0x8000003f
    monitor c14, 3, 0x80000003          @ PMOVSSET
    mrc p15, 0, r4, c9, c12, 3
    expect r4, 0x80000003
    monitor c12, 3, 1
    mrc p15, 0, r4, c9, c14, 3
    expect r4, 0x80000002
    monitor c12, 5, -1                  @ PMSELR
    mrc p15, 0, r4, c9, c12, 5
    expect r4, 0x1f
    select 5, 0xc0000011
    mrc p15, 0, r4, c9, c13, 1
    expect r4, 0xc0000011
    select 0, 0
    mrc p15, 0, r4, c9, c13, 1
    expect r4, 0
    select 31, 0xc0000011
    mrc p15, 0, r4, c9, c13, 1
    expect r4, 0xc0000000
    select 6, -1                        @ there is none
    mrc p15, 0, r4, c9, c13, 1
    expect r4, 0
    set_count -1
    count r4
    expect r4, 0
    expect_seen COUNT, 0
    verdict "registers"

    test
    all_off
    monitor c12, 1, CYCLE
    cycles r4
    spin
    cycles r5
    expect_same r4, r5                  @ PMCR.E is 0
    pmcr E
    mov r6, #0
    cycles r4
    .rept 10
    cycles r5
    cmp r4, r5
    movhs r6, #1
    mov r4, r5
    .endr
    expect r6, 0                        @ each read is greater than the last
    mov r6, #100                        @ times that the host may have been away for longer than r4 tells
1:  cycles r4
    pmcr E | C
    cycles r5
    cmp r5, r4
    blo 2f                              @ it began anew
    subs r6, r6, #1
    bne 1b
2:  cmp r6, #0
    moveq r6, #1
    movne r6, #0
    expect r6, 0
    monitor c12, 2, CYCLE
    cycles r4
    spin
    cycles r5
    expect_same r4, r5
    verdict "cycle-counter"

    test
    all_off
    monitor c12, 1, CYCLE | 1
    select 0, CYCLES
    pmcr E | D | C | P
    spin
    cycles r4
    count r5
    lsr r5, r5, #5                      @ less than half of 64 would be too many
    cmp r4, r5
    movhs r4, #-1
    mov r6, #0
    cmp r4, #0
    movmi r6, #1
    moveq r6, #2
    expect r6, 0
    verdict "divider"

    test
    all_off
    monitor c12, 1, 3
    select 0, SOFTWARE
    select 1, SOFTWARE | NOT_KERNEL
    select 2, SOFTWARE
    monitor c12, 4, 7                   @ PMSWINC: PMCR.E is 0
    pmcr E
    monitor c12, 4, 7
    monitor c12, 4, 5
    monitor c12, 4, 2
    monitor c12, 5, 0
    count r4
    expect r4, 2
    monitor c12, 5, 1
    count r4
    expect r4, 0
    monitor c12, 5, 2
    count r4
    expect r4, 0                        @ it is not enabled
    pmcr E | P
    monitor c12, 5, 0
    count r4
    expect r4, 0
    verdict "software-increments"

    test
    all_off
    monitor c12, 1, 1
    select 0, SOFTWARE
    set_count 0xfffffffe
    pmcr E
    monitor c12, 4, 1
    mrc p15, 0, r4, c9, c12, 3
    expect r4, 0
    monitor c12, 4, 1
    mrc p15, 0, r4, c9, c12, 3
    expect r4, 1
    count r4
    expect r4, 0
    monitor c12, 3, 2
    mrc p15, 0, r4, c9, c12, 3
    expect r4, 1
    monitor c12, 3, 1
    mrc p15, 0, r4, c9, c12, 3
    expect r4, 0
    verdict "overflow"

    test
    all_off
    monitor c12, 1, 2
    monitor c14, 1, 2
    select 1, SOFTWARE
    set_count -1
    pmcr E
    cpsie i
    monitor c12, 4, 2
    wait_seen
    cpsid i
    expect_exception V_IRQ
    expect_seen IAR, MONITORS_INTID
    verdict "overflow-interrupt"

    test
    all_off
    monitor c12, 1, CYCLE
    monitor c14, 1, CYCLE
    monitor c13, 0, -1000000            @ PMCCNTR
    pmcr E
    cpsie i
    wait_seen
    cpsid i
    expect_exception V_IRQ
    expect_seen IAR, MONITORS_INTID
    verdict "cycle-overflow-interrupt"

    test
    all_off
    monitor c12, 1, CYCLE
    monitor c14, 1, CYCLE
    monitor c13, 0, -1000000
    pmcr E
    wfi                                 @ it is masked, but ends the sleep
    mrc p15, 0, r4, c9, c12, 3
    expect r4, CYCLE
    wait_pending
    mrc p15, 0, r4, c12, c1, 0
    expect_masked r4, I, I
    all_off
    mrc p15, 0, r4, c12, c1, 0
    expect_masked r4, I, 0
    verdict "overflow-ends-a-sleep"

    test
    all_off
    monitor c12, 1, CYCLE
    select 31, NOT_KERNEL
    pmcr E
    cycles r4
    spin
    cycles r5
    expect_same r4, r5
    user
    spin
    privileged
    cycles r6
    sub r6, r6, r5
    cmp r6, #1000
    movhs r6, #0
    expect r6, 0
    all_off
    monitor c12, 1, CYCLE
    select 31, NOT_USER
    pmcr E
    cycles r4
    spin
    cycles r5
    subs r6, r5, r4
    movne r6, #0
    expect r6, 0
    verdict "filters"

    test
    all_off
    monitor c12, 1, CYCLE | 1
    select 0, SOFTWARE
    pmcr E
    user
    mrc p15, 0, r4, c9, c14, 0          @ PMUSERENR may always be read
    mrc p15, 0, r5, c9, c13, 0          @ and nothing else
    mcr p15, 0, r5, c9, c14, 0
    privileged
    expect r4, 0
    expect_seen COUNT, 2
    monitor c14, 0, 1
    clear_seen
    user
    cycles r4
    cycles r5
    mov r0, #1
    mcr p15, 0, r0, c9, c12, 4
    count r6
    mrc p15, 0, r7, c9, c12, 0
    privileged
    expect_seen COUNT, 0
    expect r6, 1
    expect_masked r7, 0xffffffc7, 0x410f3001
    subs r4, r5, r4
    movne r4, #0
    expect r4, 0
    user
    mrc p15, 0, r4, c9, c14, 1          @ PMINTENSET
    mcr p15, 0, r4, c9, c14, 2
    mcr p15, 0, r4, c9, c14, 0
    privileged
    expect_seen COUNT, 3
    monitor c14, 0, 0
    verdict "programs"

@ ---- instructions
    .macro verdict_of_instructions name
    teq r9, #0
    bne .Lcounts\@
    skipped "\name"
    b .Ldone\@
.Lcounts\@:
    verdict "\name"
.Ldone\@:
    .endm

    .macro measured_loop rounds, register   @ what a loop of two instructions counts
    ldr r0, =\rounds
    bl measure
    mov \register, r0
    .endm

    test
    all_off
    monitor c12, 1, 1
    select 0, INSTRUCTIONS
    pmcr E
    measured_loop 1000, r4
    measured_loop 3000, r5
    mov r9, r4
    sub r5, r5, r4
    expect r5, 4000
    measured_loop 100000, r5
    sub r5, r5, r4
    expect r5, 198000
    verdict_of_instructions "instructions-of-a-loop"

    test
    all_off
    monitor c12, 1, 1
    select 0, INSTRUCTIONS | NOT_KERNEL
    pmcr E
    mrc p15, 0, r4, c9, c13, 2
    .rept 3
    user
    nop
    nop
    svc #1                              @ whose handler does not count
    nop
    privileged
    .endr
    mrc p15, 0, r5, c9, c13, 2
    sub r5, r5, r4
    expect r5, 15
    verdict_of_instructions "instructions-of-a-program"

    test
    all_off
    monitor c12, 1, 1
    monitor c14, 1, 1
    select 0, INSTRUCTIONS
    set_count -5000000
    pmcr E
    cpsie i
    teq r9, #0
    beq 2f
    wait_seen
    cpsid i
    expect_exception V_IRQ
    expect_seen IAR, MONITORS_INTID
2:  cpsid i
    verdict_of_instructions "instructions-overflow-interrupt"
    all_off
    b power_off

measure:                                @ r0: rounds, then what the selected counter counted; changes r1, r2
    mrc p15, 0, r1, c9, c13, 2
1:  subs r0, r0, #1
    bne 1b
    mrc p15, 0, r2, c9, c13, 2
    sub r0, r2, r1
    bx lr

monitors_hook:                          @ in an interrupt: acknowledges, clears the overflows, ends the interrupt
    ldr r0, [r4, #VECTOR]
    cmp r0, #V_IRQ
    bxlo lr
    ldr r0, =GICC
    ldr r1, [r0, #GICC_IAR]
    str r1, [r4, #IAR]
    mov r2, #-1
    mcr p15, 0, r2, c9, c12, 3          @ PMOVSR
    mcr p15, 0, r2, c9, c14, 2          @ PMINTENCLR
    isb
    str r1, [r0, #GICC_EOIR]
    dsb
    bx lr
    .ltorg
