@ smp: several cores. What each of them finds, turning them on and off, interrupts between them, the interrupt
@ controller's banked and shared state, each core's timer, locks, exclusives, TLB maintenance and new code for the
@ others, WFI and WFE. The output does not depend on how many there are, from two on.
    .include "common.inc"
    .arch_extension mp
    .include "smp.inc"

    .equ GICD_ISPENDR, 0x200
    .equ GICD_ICPENDR, 0x280
    .equ GICD_ISACTIVER, 0x300
    .equ GICD_ICACTIVER, 0x380
    .equ GICD_ITARGETSR, 0x800
    .equ GICD_ICFGR, 0xc00
    .equ GICD_CPENDSGIR, 0xf10
    .equ GICD_SPENDSGIR, 0xf20
    .equ GICC_BPR, 8
    .equ GICC_RPR, 0x14
    .equ GICC_HPPIR, 0x18
    .equ EOIMODE, 1 << 9
    .equ SPI, 64                        @ INTIDs of three that no device has
    .equ UART_INTID, 33
    .equ UARTIMSC, 0x38
    .equ UARTICR, 0x44
    .equ TRANSMIT, 1 << 5
    .equ SPURIOUS, 1023
    .equ LOCK_ROUNDS, 2000
    .equ PING_ROUNDS, 300
    .equ REMAPS, 20                     @ of each TLB operation
    .equ REWRITES, 60
    .equ PAGE_A, 0x40200000             @ two pages of RAM that a third address is mapped to
    .equ PAGE_B, 0x40201000
    .equ MOVING, 0x50000000
    .equ PROBE, SCRATCH                 @ what a core found when it was turned on: r0, CPSR, SCTLR, MPIDR

    .macro gicd_write offset, value, width= @ changes r0 and r1
    ldr r0, =\value
    ldr r1, =GICD + \offset
    str\width r0, [r1]
    dsb
    .endm

    .macro gicd_read register, offset, width=
    ldr \register, =GICD + \offset
    ldr\width \register, [\register]
    .endm

    .macro gicc_write offset, value     @ changes r0 and r1
    ldr r0, =\value
    ldr r1, =GICC + \offset
    str r0, [r1]
    dsb
    .endm

    .macro gicc_read register, offset
    ldr \register, =GICC + \offset
    ldr \register, [\register]
    .endm

    .macro expect_gicd offset, value    @ changes r0
    gicd_read r0, \offset
    expect r0, \value
    .endm

    .macro expect_gicc offset, value    @ changes r0
    gicc_read r0, \offset
    expect r0, \value
    .endm

    .macro expect_acknowledged value    @ and ends it; changes r0 and r4
    acknowledge r4
    expect r4, \value
    end_interrupt r4
    .endm

    .macro expect_signalled value       @ I or 0; changes r4
    signalled r4
    expect r4, \value
    .endm

    .macro expect_result number, function, argument, value
    result_of \number, \function, \argument
    expect r0, \value
    .endm

    .macro each_other                   @ the following up to next_other with r9 = 1, 2, …
    mov r9, #1
.Lother\@:
    .set other, \@
    .endm

    .macro next_other_of label
    add r9, r9, #1
    ldr r0, =cores
    ldr r0, [r0]
    cmp r9, r0
    blo .Lother\label
    .endm

    .macro next_other                   @ changes r0
    .altmacro
    next_other_of %other
    .noaltmacro
    .endm

    .macro at_each function, argument   @ core r9; changes r0-r3
    mov r0, r9
    ldr r1, =\function
    ldr r2, =\argument
    bl give
    .endm

    .macro done_each
    mov r0, r9
    bl done
    .endm

    .macro turn_on number, entry, context   @ changes r0-r3
    ldr r1, =\number
    ldr r2, =\entry
    ldr r3, =\context
    psci CPU_ON
    .endm

    .macro expect_affinity number, value    @ changes r0-r3
    ldr r1, =\number
    mov r2, #0
    psci AFFINITY_INFO
    expect r0, \value
    .endm

main:
    bl smp_init

@ ---- turning on and off
    test
    mov r4, #1
1:  mov r1, r4
    mov r2, #0
    psci AFFINITY_INFO
    expect r0, OFF
    add r4, r4, #1
    ldr r0, =cores
    ldr r0, [r0]
    cmp r4, r0
    blo 1b
    expect_affinity 0, 0
    turn_on 0, secondary, 0
    expect r0, ALREADY_ON
    turn_on 8, secondary, 0
    expect r0, INVALID
    turn_on 0x100, secondary, 0
    expect r0, INVALID
    turn_on 0x80000001, secondary, 0
    expect r0, INVALID
    expect_affinity 0x100, INVALID
    verdict "firmware-answers"

    test
    bl turn_on_probe
    ldr r5, =records + RECORD_SIZE
    ldr r4, [r5, #PROBE]
    expect r4, 0x12345678
    ldr r4, [r5, #PROBE + 4]
    expect_masked r4, 0x3ff, A | I | F | SVC
    ldr r4, [r5, #PROBE + 8]
    expect_masked r4, 0x1007, 0         @ MMU, alignment faults and caches are off
    ldr r4, [r5, #PROBE + 12]
    expect r4, 0x80000001
    turn_on 1, secondary, 0
    expect r0, ALREADY_ON
    expect_affinity 1, 0
    verdict "turned-on"

    test
    mov r6, #10
2:  at_core 1, job_off
    bl wait_off
    turn_on 1, thumb_probe + 1, 0x9abcdef0
    expect r0, 0
    bl wait_probe
    ldr r4, [r5, #PROBE]
    expect r4, 0x9abcdef0
    ldr r4, [r5, #PROBE + 4]
    expect_masked r4, 0x3ff, A | I | F | T | SVC
    at_core 1, job_off
    bl wait_off
    bl turn_on_probe
    subs r6, r6, #1
    bne 2b
    at_core 1, job_off
    bl wait_off
    verdict "turned-off-and-on-again"

    bl start_others

    test
    mrc p15, 0, r4, c0, c0, 5           @ MPIDR
    expect r4, 0x80000000
    mrc p15, 1, r4, c9, c0, 2           @ L2CTLR: how many there are, two bits, less one
    ubfx r4, r4, #24, #2
    ldr r5, =cores
    ldr r5, [r5]
    sub r5, r5, #1
    cmp r5, #3
    movhi r5, #3
    expect_same r4, r5
    each_other
    at_each job_mpidr, 0
    done_each
    orr r4, r9, #0x80000000
    expect_same r0, r4
    next_other
    verdict "numbers"

@ ---- interrupts that cores send each other
    test
    each_other
    at_each job_acknowledge, 0
    mov r0, #1 << 16
    lsl r0, r0, r9
    orr r0, r0, #5
    ldr r1, =GICD
    str r0, [r1, #GICD_SGIR]
    done_each
    expect r0, 5
    at_each job_send, SGI_LIST | 1 << 16 | 7
    done_each
    bl job_acknowledge
    mov r4, r9, lsl #10                 @ who sent it
    orr r4, r4, #7
    expect_same r0, r4
    next_other
    expect_acknowledged SPURIOUS
    verdict "sent-to-one"

    test
    at_others job_acknowledge
    sgi SGI_OTHERS, 3, 1                @ the list says nothing then
    done_others
    bl expect_three_of_each
    expect_same r0, r4
    expect_signalled 0
    at_others job_acknowledge
    sgi SGI_LIST, 3, 0xff
    done_others
    bl expect_three_of_each
    expect_same r0, r4
    expect_acknowledged 3
    sgi SGI_SELF, 4, 2
    expect_acknowledged 4
    expect_signalled 0
    expect_result 1, job_signalled, 0, 0
    expect_result 1, job_send, SGI_SELF | 6, 0
    expect_result 1, job_acknowledge, 0, 1 << 10 | 6
    expect_result 1, job_send, SGI_OTHERS | 6, 0
    expect_acknowledged 1 << 10 | 6
    expect_result 1, job_signalled, 0, 0
    each_other
    cmp r9, #1
    beq 1f
    at_each job_acknowledge, 0
    done_each
    expect r0, 1 << 10 | 6
1:  next_other
    verdict "filters"

    test                                @ the same one from two cores comes twice
    sgi SGI_LIST, 2, 3
    expect_result 1, job_send, SGI_LIST | 3 << 16 | 2, 0
    gicd_read r4, GICD_SPENDSGIR
    expect_masked r4, 0xff0000, 3 << 16
    expect_result 1, job_read, GICD + GICD_CPENDSGIR, 3 << 16
    expect_acknowledged 2
    expect_signalled I
    expect_acknowledged 1 << 10 | 2
    expect_signalled 0
    expect_result 1, job_acknowledge, 0, 2
    expect_result 1, job_acknowledge, 0, 1 << 10 | 2
    expect_result 1, job_signalled, 0, 0
    sgi SGI_LIST, 2, 3
    expect_result 1, job_send, SGI_LIST | 1 << 16 | 2, 0
    gicd_write GICD_CPENDSGIR + 2, 1, b
    expect_gicd GICD_SPENDSGIR, 2 << 16
    expect_acknowledged 1 << 10 | 2
    expect_signalled 0
    expect_result 1, job_acknowledge, 0, 2
    gicd_write GICD_SPENDSGIR + 9, 2, b
    expect_acknowledged 1 << 10 | 9
    verdict "sources"

    test                                @ taken, not only acknowledged
    each_other
    at_each job_take, 20
    mov r6, #0
1:  mov r0, #1 << 16
    lsl r0, r0, r9
    orr r0, r0, #8
    ldr r1, =GICD
    str r0, [r1, #GICD_SGIR]
    record_of r2, r9
    ldr r3, [r2, #SCRATCH]
    add r6, r6, #1
2:  ldr r3, [r2, #SCRATCH]              @ how many it has taken for this job
    cmp r3, r6
    blo 2b
    cmp r6, #20
    blo 1b
    done_each
    expect r0, 8
    next_other
    verdict "taken"

@ ---- banked and shared state
    test
    expect_gicd GICD_ITARGETSR, 0x01010101
    expect_gicd GICD_ITARGETSR + 28, 0x01010101
    expect_result 1, job_read, GICD + GICD_ITARGETSR, 0x02020202
    expect_result 1, job_read, GICD + GICD_ITARGETSR + 28, 0x02020202
    gicd_write GICD_ICENABLER, 0xffff0000
    expect_gicd GICD_ISENABLER, 0x0000ffff
    expect_result 1, job_read, GICD + GICD_ISENABLER, 0x0800ffff
    gicd_write GICD_ISENABLER, 1 << TIMER_INTID
    gicd_write GICD_IPRIORITYR + 20, 0x40, b
    expect_result 1, job_read, GICD + GICD_IPRIORITYR + 20, 0
    gicd_write GICD_IPRIORITYR + 20, 0, b
    gicc_write GICC_PMR, 0x70
    expect_result 1, job_read, GICC + GICC_PMR, 0xf0
    gicc_write GICC_PMR, 0xf0
    gicc_write GICC_CTLR, 0
    expect_result 1, job_read, GICC + GICC_CTLR, 1
    gicc_write GICC_CTLR, 1
    gicd_write GICD_ISENABLER + 8, 4    @ shared ones
    expect_result 1, job_read, GICD + GICD_ISENABLER + 8, 4
    expect_result 1, job_write_word, pair_priority, 0
    expect_gicd GICD_IPRIORITYR + SPI, 0x30303030
    gicd_write GICD_ICENABLER + 8, 4
    expect_result 1, job_read, GICD + GICD_ISENABLER + 8, 0
    verdict "banked"

@ ---- shared interrupts
    .macro spi_to targets, priority=0xa0, intid=SPI @ edge-triggered, enabled; changes r0 and r1
    gicd_write GICD_ICFGR + ((\intid) >> 4) * 4, 2 << ((\intid) & 15) * 2
    gicd_write GICD_ITARGETSR + \intid, \targets, b
    gicd_write GICD_IPRIORITYR + \intid, \priority, b
    gicd_write GICD_ISENABLER + ((\intid) >> 5) * 4, 1 << ((\intid) & 31)
    .endm

    .macro spi_pending intid=SPI        @ changes r0 and r1
    gicd_write GICD_ISPENDR + ((\intid) >> 5) * 4, 1 << ((\intid) & 31)
    .endm

    test
    spi_to 1
    spi_pending
    expect_result 1, job_signalled, 0, 0
    expect_acknowledged SPI
    spi_to 2
    spi_pending
    expect_signalled 0
    expect_result 1, job_acknowledge, 0, SPI
    verdict "targets"

    test                                @ a device's, level-sensitive
    spi_to 2, 0xa0, UART_INTID
    gicd_write GICD_ICFGR + 8, 0
    ldr r5, =UART
    mov r0, #TRANSMIT
    str r0, [r5, #UARTIMSC]
    expect_signalled 0
    expect_result 1, job_hold, 0, UART_INTID
    expect_result 1, job_end, UART_INTID, 0
    expect_result 1, job_signalled, 0, I    @ the level stays
    mov r0, #0
    str r0, [r5, #UARTIMSC]
    expect_result 1, job_signalled, 0, 0
    gicd_write GICD_ICENABLER + 4, 1 << (UART_INTID & 31)
    verdict "level"

    test
    spi_to 1, 0x80, SPI
    spi_to 1, 0x40, SPI + 1
    spi_to 1, 0x40, SPI + 2
    gicd_write GICD_ICFGR + 16, 0x2a
    spi_pending SPI
    spi_pending SPI + 2
    spi_pending SPI + 1
    expect_gicc GICC_HPPIR, SPI + 1
    expect_acknowledged SPI + 1
    expect_acknowledged SPI + 2
    expect_acknowledged SPI
    gicc_write GICC_PMR, 0x80           @ only what has a higher priority
    spi_pending SPI
    expect_signalled 0
    expect_acknowledged SPURIOUS
    spi_pending SPI + 1
    expect_signalled I
    expect_acknowledged SPI + 1
    gicc_write GICC_PMR, 0x90
    expect_signalled I
    expect_acknowledged SPI
    gicc_write GICC_PMR, 0xf0
    verdict "priorities"

    test
    expect_gicc GICC_RPR, 0xff
    spi_pending SPI
    acknowledge r5
    expect r5, SPI
    expect_gicc GICC_RPR, 0x80
    expect_result 1, job_read, GICC + GICC_RPR, 0xff
    spi_pending SPI + 1
    expect_signalled I
    acknowledge r6
    expect r6, SPI + 1
    expect_gicc GICC_RPR, 0x40
    spi_pending SPI + 2                 @ the same priority does not preempt
    expect_signalled 0
    acknowledge r4
    expect r4, SPURIOUS
    end_interrupt r6
    expect_gicc GICC_RPR, 0x80
    expect_signalled I
    acknowledge r6
    expect r6, SPI + 2
    end_interrupt r6
    end_interrupt r5
    expect_gicc GICC_RPR, 0xff
    gicc_write GICC_BPR, 6              @ the upper bit alone preempts
    spi_pending SPI
    acknowledge r5
    expect r5, SPI
    expect_gicc GICC_RPR, 0x80
    spi_pending SPI + 1
    expect_signalled I
    expect_acknowledged SPI + 1
    gicd_write GICD_IPRIORITYR + SPI + 1, 0x84, b
    spi_pending SPI + 1
    expect_signalled 0
    end_interrupt r5
    expect_acknowledged SPI + 1
    gicc_write GICC_BPR, 0
    verdict "preemption"

    test                                @ what core 1 handles, as this one sees it
    spi_to 2
    spi_pending
    expect_result 1, job_hold, 0, SPI
    expect_gicd GICD_ISACTIVER + 8, 1
    spi_pending
    expect_result 1, job_signalled, 0, 0
    expect_result 1, job_end, SPI, 0
    expect_gicd GICD_ISACTIVER + 8, 0
    expect_result 1, job_acknowledge, 0, SPI
    gicd_write GICD_ISACTIVER + 8, 1
    spi_pending
    expect_result 1, job_signalled, 0, 0
    gicd_write GICD_ICACTIVER + 8, 1
    expect_result 1, job_acknowledge, 0, SPI
    expect_result 1, job_signalled, 0, 0
    sgi SGI_LIST, 1, 3
    acknowledge r5
    expect_gicd GICD_ISACTIVER, 2       @ the active state of private ones is banked
    expect_result 1, job_read, GICD + GICD_ISACTIVER, 0
    expect_result 1, job_acknowledge, 0, 1
    end_interrupt r5
    verdict "active"

    test                                @ EOIR drops the priority, DIR ends
    gicc_write GICC_CTLR, 1 | EOIMODE
    expect_gicc GICC_CTLR, 1 | EOIMODE
    spi_to 1
    spi_pending
    acknowledge r5
    expect r5, SPI
    expect_gicc GICC_RPR, 0xa0
    end_interrupt r5
    expect_gicc GICC_RPR, 0xff
    expect_gicd GICD_ISACTIVER + 8, 1
    spi_pending
    expect_signalled 0
    gicc_write GICC_DIR, SPI
    expect_gicd GICD_ISACTIVER + 8, 0
    expect_signalled I
    acknowledge r5
    end_interrupt r5
    gicc_write GICC_DIR, SPI
    sgi SGI_LIST, 5, 1
    sgi SGI_LIST, 6, 1
    acknowledge r5
    expect r5, 5
    end_interrupt r5
    acknowledge r6
    expect r6, 6
    end_interrupt r6
    expect_gicd GICD_ISACTIVER, 0x60
    gicc_write GICC_DIR, 5
    expect_gicd GICD_ISACTIVER, 0x40
    gicc_write GICC_DIR, 6
    expect_gicd GICD_ISACTIVER, 0
    gicc_write GICC_CTLR, 1
    verdict "end-in-two-steps"

    test
    expect_signalled 0
    acknowledge r4
    expect r4, SPURIOUS
    expect_gicc GICC_HPPIR, SPURIOUS
    end_interrupt r4
    expect_gicc GICC_RPR, 0xff
    expect_result 1, job_spurious, 0, SPURIOUS
    gicd_write GICD_CTLR, 0
    sgi SGI_LIST, 1, 3
    expect_signalled 0
    expect_result 1, job_signalled, 0, 0
    gicd_write GICD_CTLR, 1
    expect_signalled I
    expect_acknowledged 1
    expect_result 1, job_acknowledge, 0, 1
    gicd_write GICD_ICENABLER + 8, 7
    verdict "spurious"

@ ---- timers
    test
    each_other
    at_each job_timer, 100000
    done_each
    expect r0, TIMER_INTID
    next_other
    mov r0, #0x10000
    bl job_timer
    expect r0, TIMER_INTID
    at_others job_timer, 200000         @ all at once
    ldr r0, =300000
    bl job_timer
    expect r0, TIMER_INTID
    done_others
    ldr r4, =cores
    ldr r4, [r4]
    sub r4, r4, #1
    mov r5, #TIMER_INTID
    mul r4, r4, r5
    expect_same r0, r4
    verdict "timers"

    test                                @ one time for all
    mov r6, #100
    mrrc p15, 1, r4, r5, c14            @ CNTVCT
1:  at_core 1, job_counter
    done_core 1
    record_of r1, r0
    ldrd r2, r3, [r1, #SCRATCH]
    subs r0, r2, r4
    sbcs r0, r3, r5
    movlo r0, #1
    movhs r0, #0
    expect r0, 0
    isb
    mrrc p15, 1, r4, r5, c14
    subs r0, r4, r2
    sbcs r0, r5, r3
    movlo r0, #1
    movhs r0, #0
    expect r0, 0
    subs r6, r6, #1
    bne 1b
    verdict "counter"

@ ---- sleep
    test                                @ each ends the other's WFI, many times
    at_core 1, job_pong, PING_ROUNDS
    ldr r6, =PING_ROUNDS
    mov r7, #0
1:  sgi SGI_LIST, 1, 2
2:  signalled r4
    teq r4, #0
    wfieq
    beq 2b
    acknowledge r4
    end_interrupt r4
    ldr r5, =1 << 10 | 2
    teq r4, r5
    addeq r7, r7, #1
    subs r6, r6, #1
    bne 1b
    expect r7, PING_ROUNDS
    done_core 1
    expect r0, PING_ROUNDS
    expect_signalled 0
    verdict "sleep-until-interrupt"

    test                                @ WFE and SEV
    bl clear_shared
    at_core 1, job_turns, 1
    mov r0, #0
    bl job_turns
    done_core 1
    ldr r4, =shared
    ldr r4, [r4]
    expect r4, 2 * PING_ROUNDS
    verdict "sleep-until-event"

@ ---- exclusives and locks; the counters are in memory that all cores cache
    bl smp_translate
    bl all_off
    bl start_others

    .macro exact name, job, low         @ how much each core adds in LOCK_ROUNDS
    test
    bl clear_shared
    at_others \job, LOCK_ROUNDS
    ldr r0, =LOCK_ROUNDS
    bl \job
    done_others
    ldr r4, =shared
    ldr r5, [r4, #4]                    @ the high half of a long one
    ldr r4, [r4]
    ldr r6, =cores
    ldr r6, [r6]
    ldr r7, =LOCK_ROUNDS
    mul r6, r6, r7
    ldr r7, =\low
    umull r6, r7, r6, r7
    .endm

    exact "spinlock", job_spinlock, 1
    expect_same r4, r6
    verdict "spinlock"
    exact "ticket-lock", job_ticket, 1
    expect_same r4, r6
    verdict "ticket-lock"
    exact "swaps", job_swap, 1
    expect_same r4, r6
    verdict "lock-by-bytes"
    exact "words", job_add, 1
    expect_same r4, r6
    verdict "exclusive-words"
    exact "halfwords", job_add_halfword, 1
    uxth r6, r6
    expect_same r4, r6
    verdict "exclusive-halfwords"
    exact "bytes", job_add_byte, 1
    uxtb r6, r6
    expect_same r4, r6
    verdict "exclusive-bytes"
    exact "doublewords", job_add_doubleword, 0x10000001
    expect_same r4, r6
    expect_same r5, r7
    verdict "exclusive-doublewords"

    test
    bl clear_shared
    ldr r4, =shared
    ldrex r0, [r4]
    clrex
    mov r1, #1
    strex r2, r1, [r4]
    expect r2, 1
    ldr r0, [r4]
    expect r0, 0
    strex r2, r1, [r4]                  @ without LDREX
    expect r2, 1
    ldrex r0, [r4]
    strex r2, r1, [r4]
    expect r2, 0
    strex r2, r1, [r4]                  @ once only
    expect r2, 1
    .irp at, 0, 2, 4                    @ a store of another core: the same word, a half of it, of a doubleword
    bl clear_shared
    .if \at == 4
    ldrexd r6, r7, [r4]
    .else
    ldrex r6, [r4]
    .endif
    ldr r0, =shared + \at
    bl store_elsewhere
    mov r6, #5
    mov r7, #6
    .if \at == 4
    strexd r2, r6, r7, [r4]
    .else
    strex r2, r6, [r4]
    .endif
    expect r2, 1
    .endr
    verdict "exclusives-fail"

@ ---- TLB maintenance that other cores follow
    ldr r0, =table + (MOVING >> 20) * 4
    ldr r1, =table2 + TABLE
    str r1, [r0]
    ldr r0, =PAGE_A
    mov r1, #1
    str r1, [r0]
    ldr r0, =PAGE_B
    mov r1, #2
    str r1, [r0]
    dsb

    .macro remaps operation, value, page=0
    test
    ldr r0, =table2
    ldr r1, =PAGE_A | SMALL | P_RW | P_SHARED | \page
    str r1, [r0]
    dsb
    mov r0, #0
    mcr p15, 0, r0, c8, c3, 0
    dsb
    isb
    ldr r4, =turn
    mov r6, #0
    str r6, [r4]
    dsb
    at_others job_follow, REMAPS
1:  ldr r0, =20000                      @ the others read in the meantime
3:  subs r0, r0, #1
    bne 3b
    add r6, r6, #1
    tst r6, #1
    ldreq r1, =PAGE_A | SMALL | P_RW | P_SHARED | \page
    ldrne r1, =PAGE_B | SMALL | P_RW | P_SHARED | \page
    ldr r0, =table2
    str r1, [r0]
    dsb
    ldr r0, =\value
    \operation
    dsb
    isb
    str r6, [r4]                        @ from here on nobody may find the old page
    dsb
    bl all_followed
    cmp r6, #REMAPS
    blo 1b
    done_others
    expect r0, 0                        @ how often somebody did
    .endm

    remaps "mcr p15, 0, r0, c8, c3, 1", MOVING
    verdict "tlb-address"
    remaps "mcr p15, 0, r0, c8, c3, 3", MOVING
    verdict "tlb-address-of-all-asids"
    remaps "mcr p15, 0, r0, c8, c3, 2", 0, NG_PAGE
    verdict "tlb-asid"
    remaps "mcr p15, 0, r0, c8, c3, 0", 0
    verdict "tlb-all"

    test                                @ what was unmapped, or became read-only, aborts there
    bl map_a
    bl flush_moving
    ldr r4, =turn
    mov r6, #0
    str r6, [r4]
    dsb
    at_others job_store_until_abort
    ldr r0, =50000
1:  subs r0, r0, #1
    bne 1b
    ldr r1, =PAGE_A | SMALL | 1 << 9 | 1 << 4 | P_SHARED    @ AP 101: read-only
    ldr r0, =table2
    str r1, [r0]
    dsb
    bl flush_moving
    mov r6, #1
    str r6, [r4]
    done_others
    expect r0, 0
    at_others job_load_until_abort
    ldr r0, =50000
1:  subs r0, r0, #1
    bne 1b
    mov r1, #0
    ldr r0, =table2
    str r1, [r0]
    dsb
    bl flush_moving
    mov r6, #2
    str r6, [r4]
    done_others
    expect r0, 0
    verdict "tlb-aborts"

@ ---- code that one core writes and others run
    .macro new_code                     @ r0: where; changes r1
    mcr p15, 0, r0, c7, c11, 1          @ DCCMVAU
    dsb
    mcr p15, 0, r0, c7, c5, 1           @ ICIMVAU
    mov r1, #0
    mcr p15, 0, r1, c7, c1, 6           @ BPIALLIS
    dsb
    isb
    .endm

    test
    ldr r4, =turn
    mov r6, #0
    str r6, [r4]
    dsb
    at_others job_run_code, REWRITES
1:  add r6, r6, #1
    ldr r0, =written
    ldr r1, =0xe3a00000                 @ MOV r0, #…
    orr r1, r1, r6
    str r1, [r0]
    new_code
    str r6, [r4]
    dsb
    sev
    bl all_followed
    cmp r6, #REWRITES
    blo 1b
    done_others
    expect r0, 0                        @ how often somebody ran the old one
    verdict "code-for-others"

    test                                @ while the others run the page, by an interrupt
    ldr r4, =turn
    mov r6, #0
    str r6, [r4]
    dsb
    at_others job_run_code_until_interrupt, REWRITES
1:  ldr r0, =2000
3:  subs r0, r0, #1
    bne 3b
    add r6, r6, #1
    ldr r0, =written
    ldr r1, =0xe3a00000
    orr r1, r1, r6
    str r1, [r0]
    new_code
    str r6, [r4]
    sgi SGI_OTHERS, 9
    bl all_followed
    cmp r6, #REWRITES
    blo 1b
    done_others
    expect r0, 0
    verdict "code-and-interrupt"

    test                                @ a branch in a loop that the others are in
    ldr r4, =turn
    mov r6, #0
    str r6, [r4]
    dsb
    at_others job_branches
    mov r6, #0
1:  ldr r0, =1000
3:  subs r0, r0, #1
    bne 3b
    add r6, r6, #1
    ldr r0, =branch
    ldr r1, =to_a_or_b
    and r2, r6, #1
    ldr r2, [r1, r2, lsl #2]
    str r2, [r0]
    new_code
    cmp r6, #REWRITES
    blo 1b
    mov r0, #1                          @ it is branch_a now
    str r0, [r4]
    done_others
    expect r0, 0
    verdict "code-that-others-run"

@ ---- the end
    test
    mov r6, #20
1:  bl all_off
    bl start_others
    at_others job_mpidr
    done_others
    subs r6, r6, #1
    bne 1b
    expect r6, 0
    verdict "all-off-and-on"

    print "another core ends\n"
    at_core 1, power_off
    b .

@ ---- what core 0 does
turn_on_probe:                          @ core 1; r5: its record; changes r0-r3
    push {lr}
    turn_on 1, probe, 0x12345678
    expect r0, 0
    pop {lr}
wait_probe:                             @ r5: core 1's record; until it waits for jobs; changes r0
    ldr r5, =records + RECORD_SIZE
1:  ldr r0, [r5, #STARTED]
    teq r0, #0
    beq 1b
    mov r0, #0
    str r0, [r5, #STARTED]
    dmb
    bx lr

wait_off:                               @ core 1; changes r0-r3
    mov r1, #1
    mov r2, #0
    psci AFFINITY_INFO
    teq r0, #OFF
    bne wait_off
    bx lr

all_off:                                @ all but this one; changes r0-r4
    push {lr}
    mov r4, #1
1:  ldr r0, =cores
    ldr r0, [r0]
    cmp r4, r0
    popeq {pc}
    mov r0, r4
    ldr r1, =job_off
    bl give
2:  mov r1, r4
    mov r2, #0
    psci AFFINITY_INFO
    teq r0, #OFF
    bne 2b
    add r4, r4, #1
    b 1b

expect_three_of_each:                   @ r4: 3 times the number of others
    ldr r4, =cores
    ldr r4, [r4]
    sub r4, r4, #1
    add r4, r4, r4, lsl #1
    bx lr

clear_shared:                           @ changes r0-r1
    ldr r0, =shared
    mov r1, #0
    str r1, [r0]
    str r1, [r0, #4]
    str r1, [r0, #64]
    str r1, [r0, #68]
    dsb
    bx lr

store_elsewhere:                        @ r0: where core 1 stores a byte, 0x77; keeps LDREX's r4
    push {lr}
    mov r2, r0
    mov r0, #1
    ldr r1, =job_store
    bl give
    mov r0, #1
    bl done
    pop {pc}

map_a:                                  @ MOVING is PAGE_A; changes r0-r1
    ldr r0, =table2
    ldr r1, =PAGE_A | SMALL | P_RW | P_SHARED
    str r1, [r0]
    dsb
    bx lr

flush_moving:                           @ changes r0
    ldr r0, =MOVING
    mcr p15, 0, r0, c8, c3, 1
    dsb
    isb
    bx lr

all_followed:                           @ r6: the turn that the other cores have seen then; changes r0-r2
    ldr r2, =cores
    ldr r2, [r2]
1:  subs r2, r2, #1
    bxeq lr
    record_of r1, r2
2:  ldr r0, [r1, #SCRATCH]
    teq r0, r6
    bne 2b
    b 1b
    .ltorg

@ ---- what the others do, with their argument in r0
probe:                                  @ where core 1 starts
    mrs r1, cpsr
probe_goes_on:                          @ r0: the context, r1: the CPSR that it started with
    ldr r2, =records + RECORD_SIZE
    str r0, [r2, #PROBE]
    str r1, [r2, #PROBE + 4]
    mrc p15, 0, r1, c1, c0, 0
    str r1, [r2, #PROBE + 8]
    mrc p15, 0, r1, c0, c0, 5
    str r1, [r2, #PROBE + 12]
    mov r0, #1
    b secondary

    .thumb
thumb_probe:
    mrs r1, cpsr
    orr r1, r1, #T                      @ which MRS does not show
    ldr r2, =probe_goes_on
    bx r2
    .ltorg
    .balign 4
    .arm

job_off:
    this_core r9
    mov r0, #0
    str r0, [r9, #JOB]
    psci CPU_OFF
    b .

job_mpidr:
    mrc p15, 0, r0, c0, c0, 5
    bx lr

job_read:
    ldr r0, [r0]
    bx lr

job_write_word:                         @ r0: address of an address and a value
    ldm r0, {r1, r2}
    str r2, [r1]
    dsb
    mov r0, #0
    bx lr

job_store:
    mov r1, #0x77
    strb r1, [r0]
    dsb
    mov r0, #0
    bx lr

job_send:
    ldr r1, =GICD
    str r0, [r1, #GICD_SGIR]
    dsb
    mov r0, #0
    bx lr

job_signalled:
    signalled r0
    bx lr

job_acknowledge:                        @ waits for an interrupt, masked; returns what IAR says
    ldr r1, =1000000                    @ not for ever
1:  signalled r0
    teq r0, #0
    bne 2f
    subs r1, r1, #1
    bne 1b
2:
    acknowledge r0
    ldr r1, =GICC
    str r0, [r1, #GICC_EOIR]
    dsb
    bx lr

job_hold:                               @ does not end it
    ldr r1, =1000000
1:  signalled r0
    teq r0, #0
    bne job_spurious
    subs r1, r1, #1
    bne 1b
job_spurious:
    acknowledge r0
    bx lr

job_end:
    ldr r1, =GICC
    str r0, [r1, #GICC_EOIR]
    dsb
    mov r0, #0
    bx lr

job_take:                               @ r0: how many interrupts to take; returns the last IAR
    this_core r1
    mov r2, #0
    str r2, [r1, #SCRATCH]
    ldr r3, [r1, #IRQS]
1:  ldr r2, [r1, #IRQS]
    sub r2, r2, r3
    str r2, [r1, #SCRATCH]
    cmp r2, r0
    bhs 2f
    wfi                                 @ masked: nothing is taken between the look and the sleep
    cpsie i
    isb
    cpsid i
    b 1b
2:  ldr r0, [r1, #LAST_IAR]
    bx lr

job_timer:                              @ r0: ticks; returns the IAR
    push {lr}
    mcr p15, 0, r0, c14, c3, 0          @ CNTV_TVAL
    mov r0, #1
    mcr p15, 0, r0, c14, c3, 1
    isb
    mov r0, #1
    bl job_take
    pop {pc}

job_counter:                            @ returns the core's number
    this_core r1
    isb
    mrrc p15, 1, r2, r3, c14            @ CNTVCT
    strd r2, r3, [r1, #SCRATCH]
    ldr r0, [r1, #NUMBER]
    bx lr

job_pong:                               @ r0: rounds; returns how many it answered rightly
    push {r4-r7, lr}
    mov r6, r0
    mov r7, #0
1:  signalled r4
    teq r4, #0
    wfieq
    beq 1b
    acknowledge r4
    end_interrupt r4
    teq r4, #1
    addeq r7, r7, #1
    sgi SGI_LIST, 2, 1
    subs r6, r6, #1
    bne 1b
    mov r0, r7
    pop {r4-r7, pc}

job_turns:                              @ r0: whether the odd turns are its own
    ldr r1, =shared
    ldr r2, =PING_ROUNDS
1:  ldr r3, [r1]
    eor r12, r3, r0
    tst r12, #1
    wfene
    bne 1b
    add r3, r3, #1
    str r3, [r1]
    dsb
    sev
    subs r2, r2, #1
    bne 1b
    bx lr

    .macro count_shared                 @ not atomic
    ldr r3, [r1]
    add r3, r3, #1
    str r3, [r1]
    .endm

job_spinlock:                           @ r0: rounds
    ldr r1, =shared
    add r2, r1, #64                     @ the lock
1:  ldrex r3, [r2]
    teq r3, #0
    wfene
    bne 1b
    mov r3, #1
    strex r12, r3, [r2]
    teq r12, #0
    bne 1b
    dmb
    count_shared
    dmb
    mov r3, #0
    str r3, [r2]
    dsb
    sev
    subs r0, r0, #1
    bne 1b
    bx lr

job_ticket:                             @ as Linux has it: owner and next in the halves of a word
    push {r4, lr}
    ldr r1, =shared
    add r2, r1, #64
1:  ldrex r3, [r2]
    add r4, r3, #0x10000
    strex r12, r4, [r2]
    teq r12, #0
    bne 1b
    lsr r3, r3, #16
2:  ldrh r4, [r2]
    teq r4, r3
    wfene
    bne 2b
    dmb
    count_shared
    dmb
    ldrh r4, [r2]
    add r4, r4, #1
    strh r4, [r2]
    dsb
    sev
    subs r0, r0, #1
    bne 1b
    pop {r4, pc}

job_swap:                               @ a byte that is exchanged
    ldr r1, =shared
    add r2, r1, #67
1:  mov r3, #1
2:  ldrexb r12, [r2]
    push {r12}
    strexb r12, r3, [r2]
    teq r12, #0
    pop {r12}
    bne 2b
    teq r12, #0
    yieldne
    bne 1b
    dmb
    count_shared
    dmb
    mov r3, #0
    strb r3, [r2]
    subs r0, r0, #1
    bne 1b
    bx lr

    .macro exclusive_add name, width
\name:                                  @ r0: rounds
    ldr r1, =shared
1:  ldrex\width r2, [r1]
    add r2, r2, #1
    strex\width r3, r2, [r1]
    teq r3, #0
    bne 1b
    subs r0, r0, #1
    bne 1b
    bx lr
    .endm

    exclusive_add job_add
    exclusive_add job_add_halfword, h
    exclusive_add job_add_byte, b

job_add_doubleword:
    push {r4, lr}
    ldr r1, =shared
    ldr r4, =0x10000001
1:  ldrexd r2, r3, [r1]
    adds r2, r2, r4
    adc r3, r3, #0
    strexd r12, r2, r3, [r1]
    teq r12, #0
    bne 1b
    subs r0, r0, #1
    bne 1b
    pop {r4, pc}

job_follow:                             @ r0: turns; returns how often the page was not the turn's
    push {r4-r7, lr}
    this_core r4
    ldr r5, =turn
    ldr r6, =MOVING
    mov r7, #0
1:  ldr r1, [r5]
    dmb
    ldr r2, [r6]                        @ 1 in even turns, 2 in odd ones
    ldr r3, [r4, #SCRATCH]
    teq r3, r1                          @ once the first core knows that we were here, it may change the page
    beq 2f
    and r3, r1, #1
    add r3, r3, #1
    teq r2, r3
    addne r7, r7, #1
2:  dmb
    str r1, [r4, #SCRATCH]
    cmp r1, r0
    blo 1b
    mov r0, r7
    pop {r4-r7, pc}

job_store_until_abort:                  @ returns 0
    ldr r2, =4f
    b 2f
job_load_until_abort:
    ldr r2, =5f
2:  this_core r1
    ldr r3, =3f
    str r3, [r1, #ABORT_RESUME]
    ldr r3, =MOVING
    ldr r12, =turn
    ldr r0, [r12]                       @ this turn's; in the next it must have aborted
    bx r2
4:  ldr r2, [r12]
    str r0, [r3]
    teq r2, r0
    beq 4b
    b 6f
5:  ldr r2, [r12]
    dmb
    ldr r1, [r3]
    teq r2, r0
    beq 5b
6:  this_core r1
    mov r0, #0
    str r0, [r1, #ABORT_RESUME]
    mov r0, #1
    bx lr
3:  mov r0, #0
    bx lr

job_run_code:                           @ r0: turns; returns how often the code was an older one
    push {r4-r9, lr}
    mov r8, r0
    this_core r4
    ldr r5, =turn
    mov r6, #0
    mov r7, #0
1:  ldr r1, [r5]
    teq r1, r6
    wfeeq
    beq 1b
    dmb
    isb
    mov r6, r1
    bl written
    teq r0, r6
    addne r7, r7, #1
    str r6, [r4, #SCRATCH]
    dsb
    cmp r6, r8
    blo 1b
    mov r0, r7
    pop {r4-r9, pc}

job_run_code_until_interrupt:           @ the same; in the page of what is written
    push {r4-r9, lr}
    mov r8, r0
    this_core r4
    ldr r5, =turn
    mov r6, #0
    mov r7, #0
1:  ldr r2, [r4, #IRQS]
    cpsie i
2:  bl next_to_written
    ldr r3, [r4, #IRQS]
    teq r3, r2
    beq 2b                              @ the exception return was a context synchronization
    cpsid i
    ldr r6, [r5]
    bl written
    teq r0, r6
    addne r7, r7, #1
    str r6, [r4, #SCRATCH]
    dsb
    cmp r6, r8
    blo 1b
    mov r0, r7
    pop {r4-r9, pc}

job_branches:                           @ returns 0 if all went well
    push {r4-r6, lr}
    ldr r5, =turn
    mov r4, #0                          @ how often neither was reached
1:  bl branch
    cmp r0, #1
    cmpne r0, #2
    addne r4, r4, #1
    ldr r1, [r5]
    teq r1, #0
    beq 1b
    dmb
    isb
    bl branch
    teq r0, #1
    addne r4, r4, #0x100
    mov r0, r4
    pop {r4-r6, pc}
    .ltorg

to_a_or_b:                              @ B
    .word 0xea000000 + ((branch_a - branch - 8) >> 2), 0xea000000 + ((branch_b - branch - 8) >> 2)
pair_priority:
    .word GICD + GICD_IPRIORITYR + SPI, 0x30303030

    .balign 64
next_to_written:
    bx lr
written:
    mov r0, #0
    bx lr
branch:
    b branch_a
    mov r0, #3
    bx lr
branch_a:
    mov r0, #1
    bx lr
branch_b:
    mov r0, #2
    bx lr

    .bss
    .balign 64
shared:                                 @ a counter, and a lock a cache line on
    .space 128
turn:
    .space 64
    .text
