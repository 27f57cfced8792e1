@ litmus: what cores see of each other's accesses. A test is a function for each of some cores, which each of them runs
@ once on every pair of locations x and y. Printed is how often each outcome was there: its digits are the registers and
@ the final values that the test names, in that order. An outcome that ARM forbids is a failure (ARM DDI 0406C, A3.5 and
@ A3.8). Not every allowed one has to be there. Names as in "A Tutorial Introduction to the ARM and POWER Relaxed Memory
@ Models" (Maranget, Sarkar, Sewell). rounds=N on the command line chooses how many there are.
    .include "common.inc"
    .arch_extension mp
    .arch_extension idiv
    .include "smp.inc"

    .equ DEFAULT_ROUNDS, 100000
    .equ BATCH, 4096                    @ rounds, each with locations of its own
    .equ CELLS, 0x41000000              @ x of each round,
    .equ CELL_SIZE, 128
    .equ Z, 32                          @ z,
    .equ Y, 64                          @ and y, a cache line on
    .equ RESULTS, 0x42000000            @ of each core two words a round
    .equ RESULTS_SIZE, 0x100000
    .equ OUTCOMES, 0x43000000           @ how often each was there
    .equ OUTCOMES_SIZE, 0x40000
    .equ PROGRESS, SCRATCH              @ the number of the round that a core is at, from 1
    .equ PATIENCE, 0x200000             @ so often in a batch a core looks whether the next one is at the same round

@ What a test observes: r2 and r3 of the first core, of the second …; the final values.
    .equ P0A, RESULTS
    .equ P0B, RESULTS + 4
    .equ P1A, P0A + RESULTS_SIZE
    .equ P1B, P0B + RESULTS_SIZE
    .equ P2A, P1A + RESULTS_SIZE
    .equ P2B, P1B + RESULTS_SIZE
    .equ P3A, P2A + RESULTS_SIZE
    .equ P3B, P2B + RESULTS_SIZE
    .equ FINAL_X, CELLS
    .equ FINAL_Y, CELLS + Y

@ A description of a test; without forbidden outcomes the mask is 0.
    .equ T_NAME, 0
    .equ T_CORES, 4
    .equ T_FUNCTIONS, 8                 @ 4 of them
    .equ T_OBSERVED, 24                 @ 4, or fewer and a 0
    .equ T_MASK, 40
    .equ T_VALUE, 44

    .macro litmus name, functions:req, observed:req, mask=0, value=0
    ldr r0, =.Ltest\@
    bl run_test
    b .Lnext\@
.Ltest\@:
    .word .Lname\@
    .set n, 0
    .irp f, \functions
    .set n, n + 1
    .endr
    .word n
    .irp f, \functions
    .word \f
    .endr
    .rept 4 - n
    .word 0
    .endr
    .set n, 0
    .irp o, \observed
    .word \o
    .set n, n + 1
    .endr
    .rept 4 - n
    .word 0
    .endr
    .word \mask, \value
.Lname\@:
    .asciz "\name"
    .balign 4
    .ltorg
.Lnext\@:
    .endm

@ What a core does in a round: between thread and end_of_thread, with x at r4. r2 and r3 are observed; r0, r1, r10-r12
@ are free. A core that is ahead waits, so that they meet; but not for long if the host does not run the other.
    .macro thread name
\name:
    push {r4-r11, lr}
    bl begin_thread
    ldr lr, =PATIENCE
9:  add r0, r8, #1
    str r0, [r6]
    teq lr, #0
    beq 7f
8:  ldr r2, [r7]
    cmp r2, r0
    bhs 7f
    subs lr, lr, #1
    bne 8b
7:  mov r2, #0
    mov r3, #0
    mov r10, #1
    mov r11, #2
    .endm

    .macro end_of_thread
    strd r2, r3, [r5], #8
    add r4, r4, #CELL_SIZE
    add r8, r8, #1
    cmp r8, r9
    blo 9b
    pop {r4-r11, pc}
    .ltorg
    .endm

    .macro addr register                @ r0 = 0, by a dependency
    eor r0, \register, \register
    .endm

    .macro ctrl register                @ a branch that depends on it
    teq \register, #0
    bne .Lbranch\@
    nop
.Lbranch\@:
    .endm

    .macro two_writes name, between, first=0, second=Y, one=r10, two=r10
    thread \name
    str \one, [r4, #\first]
    \between
    str \two, [r4, #\second]
    end_of_thread
    .endm

    .macro two_reads name, between, first=Y, second=0
    thread \name
    ldr r2, [r4, #\first]
    \between
    ldr r3, [r4, #\second]
    end_of_thread
    .endm

    .macro write_read name, between, first=0, second=Y
    thread \name
    str r10, [r4, #\first]
    \between
    ldr r2, [r4, #\second]
    end_of_thread
    .endm

    .macro read_write name, between, first=0, second=Y
    thread \name
    ldr r2, [r4, #\first]
    \between
    str r10, [r4, #\second]
    end_of_thread
    .endm

    .macro atomic_add name, width, at=0
    thread \name
1:  add r1, r4, #\at
    ldrex\width r2, [r1]
    add r2, r2, #1
    strex\width r0, r2, [r1]
    teq r0, #0
    bne 1b
    end_of_thread
    .endm

main:
    bl find_rounds
    bl smp_init
    bl smp_translate
    bl start_others

@ ---- message passing: x is written, then y; y is read, then x
    litmus "MP", "mp_w, mp_r", "P1A, P1B"
    litmus "MP+dmbs", "mp_w_dmb, mp_r_dmb", "P1A, P1B", 0xff, 0x10
    litmus "MP+dsbs", "mp_w_dsb, mp_r_dsb", "P1A, P1B", 0xff, 0x10
    litmus "MP+cp15s", "mp_w_cp15, mp_r_cp15", "P1A, P1B", 0xff, 0x10
    litmus "MP+dmb.st+dmb", "mp_w_dmb_st, mp_r_dmb", "P1A, P1B", 0xff, 0x10
    litmus "MP+dmb+addr", "mp_w_dmb, mp_r_addr", "P1A, P1B", 0xff, 0x10
    litmus "MP+dmb+ctrl", "mp_w_dmb, mp_r_ctrl", "P1A, P1B"
    litmus "MP+dmb+ctrlisb", "mp_w_dmb, mp_r_ctrlisb", "P1A, P1B", 0xff, 0x10
    litmus "MP+dmb+po", "mp_w_dmb, mp_r", "P1A, P1B"
    litmus "MP+po+dmb", "mp_w, mp_r_dmb", "P1A, P1B"

@ ---- store buffering: each writes one, then reads the other
    litmus "SB", "sb_0, sb_1", "P0A, P1A"
    litmus "SB+dmbs", "sb_0_dmb, sb_1_dmb", "P0A, P1A", 0xff, 0
    litmus "SB+dsbs", "sb_0_dsb, sb_1_dsb", "P0A, P1A", 0xff, 0
    litmus "SB+cp15s", "sb_0_cp15, sb_1_cp15", "P0A, P1A", 0xff, 0
    litmus "SB+dmb+dsb", "sb_0_dmb, sb_1_dsb", "P0A, P1A", 0xff, 0
    litmus "SB+dmb+po", "sb_0_dmb, sb_1", "P0A, P1A"
    litmus "SB+dmb.sts", "sb_0_dmb_st, sb_1_dmb_st", "P0A, P1A"

@ ---- load buffering: each reads one, then writes the other
    litmus "LB", "lb_0, lb_1", "P0A, P1A"
    litmus "LB+dmbs", "lb_0_dmb, lb_1_dmb", "P0A, P1A", 0xff, 0x11
    litmus "LB+addrs", "lb_0_addr, lb_1_addr", "P0A, P1A", 0xff, 0x11
    litmus "LB+datas", "lb_0_data, lb_1_data", "P0A, P1A", 0xff, 0x11
    litmus "LB+ctrls", "lb_0_ctrl, lb_1_ctrl", "P0A, P1A", 0xff, 0x11
    litmus "LB+data+dmb", "lb_0_data, lb_1_dmb", "P0A, P1A", 0xff, 0x11

@ ---- writes of both
    litmus "2+2W", "w2_0, w2_1", "FINAL_X, FINAL_Y"
    litmus "2+2W+dmbs", "w2_0_dmb, w2_1_dmb", "FINAL_X, FINAL_Y", 0xff, 0x11
    litmus "2+2W+dmb.sts", "w2_0_dmb_st, w2_1_dmb_st", "FINAL_X, FINAL_Y", 0xff, 0x11
    litmus "R", "mp_w, r_1", "P1A, FINAL_Y"
    litmus "R+dmbs", "mp_w_dmb, r_1_dmb", "P1A, FINAL_Y", 0xff, 0x02
    litmus "S", "s_0, lb_1", "P1A, FINAL_X"
    litmus "S+dmbs", "s_0_dmb, lb_1_dmb", "P1A, FINAL_X", 0xff, 0x12
    litmus "S+dmb+data", "s_0_dmb, lb_1_data", "P1A, FINAL_X", 0xff, 0x12
    litmus "S+dmb+addr", "s_0_dmb, lb_1_addr", "P1A, FINAL_X", 0xff, 0x12
    litmus "S+dmb+ctrl", "s_0_dmb, lb_1_ctrl", "P1A, FINAL_X", 0xff, 0x12

@ ---- coherence: one location
    litmus "CoRR", "write_1, corr", "P1A, P1B", 0xff, 0x10
    litmus "CoWW", "coww, corr", "P1A, P1B, FINAL_X", 0xff0, 0x210
    litmus "CoWW-final", "coww, corr", "FINAL_X", 0xf, 0x1
    litmus "CoRW1", "corw, nothing", "P0A, FINAL_X", 0xf0, 0x10
    litmus "CoRW2", "corw, write_2", "P0A, FINAL_X", 0xff, 0x22
    litmus "CoWR", "cowr, write_2", "P0A, FINAL_X", 0xff, 0x21
    litmus "CoWR0", "cowr, nothing", "P0A", 0xf, 0

@ ---- atomicity: r2 is whether the halves differ; with LPAE, LDRD and STRD are one access, too (A3.5.3)
    litmus "STRD+LDRD", "strd, ldrd", "P1A, P1B", 0xf0, 0x10
    litmus "STRD+LDREXD", "strd, ldrexd", "P1A, P1B", 0xf0, 0x10
    litmus "STREXD+LDRD", "strexd, ldrd", "P1A, P1B", 0xf0, 0x10
    litmus "STREXD+LDREXD", "strexd, ldrexd", "P1A, P1B", 0xf0, 0x10

@ ---- exclusives: two adds of 1 make 2
    litmus "LDREX+LDREX", "add_word, add_word", "FINAL_X", 0x2, 0
    litmus "LDREXH+LDREXH", "add_halfword, add_halfword", "FINAL_X", 0x2, 0
    litmus "LDREXB+LDREXB", "add_byte, add_byte", "FINAL_X", 0x2, 0
    litmus "LDREXD+LDREXD", "add_doubleword, add_doubleword", "FINAL_X", 0x2, 0
    litmus "exchanges", "exchange_1, exchange_2", "P0A, P1A, FINAL_X", 0xff0, 0
    litmus "SWP+SWP", "swp_1, swp_2", "P0A, P1A, FINAL_X", 0xff0, 0
    litmus "exclusive+store", "exclusive, write_2", "P0A, P0B, FINAL_X", 0xfff, 0x001
    litmus "exclusive+byte", "exclusive, write_byte_2", "P0A, P0B, FINAL_X", 0xfff, 0x001
    litmus "locks", "lock_write, lock_read", "P1A", 0xf, 1

@ ---- more cores
    litmus "3.SB", "sb_0, sb_1z, sb_2", "P0A, P1A, P2A"
    litmus "3.SB+dmbs", "sb_0_dmb, sb_1z_dmb, sb_2_dmb", "P0A, P1A, P2A", 0xfff, 0
    litmus "WRC", "write_1, lb_0, mp_r", "P1A, P2A, P2B"
    litmus "WRC+dmbs", "write_1, lb_0_dmb, mp_r_dmb", "P1A, P2A, P2B", 0xfff, 0x110
    litmus "WRC+dmb+addr", "write_1, lb_0_dmb, mp_r_addr", "P1A, P2A, P2B", 0xfff, 0x110
    litmus "IRIW", "write_1, write_y, iriw_2, mp_r", "P2A, P2B, P3A, P3B"
    litmus "IRIW+dmbs", "write_1, write_y, iriw_2_dmb, mp_r_dmb", "P2A, P2B, P3A, P3B", 0xffff, 0x1010
    litmus "IRIW+addrs", "write_1, write_y, iriw_2_addr, mp_r_addr", "P2A, P2B, P3A, P3B"
    litmus "4.LDREX", "add_word, add_word, add_word, add_word", "FINAL_X", 0x4, 0
    b power_off

    two_writes mp_w, nop
    two_writes mp_w_dmb, dmb
    two_writes mp_w_dsb, dsb
    two_writes mp_w_cp15, "mcr p15, 0, r0, c7, c10, 5"
    two_writes mp_w_dmb_st, "dmb ishst"
    two_reads mp_r, nop
    two_reads mp_r_dmb, dmb
    two_reads mp_r_dsb, "dsb ish"
    two_reads mp_r_cp15, "mcr p15, 0, r0, c7, c10, 5"
    two_reads mp_r_ctrl, "ctrl r2"
    thread mp_r_ctrlisb
    ldr r2, [r4, #Y]
    ctrl r2
    isb
    ldr r3, [r4]
    end_of_thread
    thread mp_r_addr
    ldr r2, [r4, #Y]
    addr r2
    ldr r3, [r4, r0]
    end_of_thread

    write_read sb_0, nop
    write_read sb_0_dmb, "dmb ish"
    write_read sb_0_dsb, dsb
    write_read sb_0_dmb_st, "dmb ishst"
    write_read sb_0_cp15, "mcr p15, 0, r0, c7, c10, 5"
    write_read sb_1, nop, Y, 0
    write_read sb_1_dmb, dmb, Y, 0
    write_read sb_1_dsb, dsb, Y, 0
    write_read sb_1_dmb_st, "dmb ishst", Y, 0
    write_read sb_1_cp15, "mcr p15, 0, r0, c7, c10, 4", Y, 0
    write_read sb_1z, nop, Y, Z
    write_read sb_1z_dmb, dmb, Y, Z
    write_read sb_2, nop, Z, 0
    write_read sb_2_dmb, dmb, Z, 0

    read_write lb_0, nop
    read_write lb_0_dmb, dmb
    read_write lb_0_ctrl, "ctrl r2"
    read_write lb_1, nop, Y, 0
    read_write lb_1_dmb, dmb, Y, 0
    read_write lb_1_ctrl, "ctrl r2", Y, 0
    .irp n, 0, 1
    thread lb_\n\()_addr
    add r1, r4, #Y * (1 - \n)           @ what it writes
    ldr r2, [r4, #Y * \n]
    addr r2
    str r10, [r1, r0]
    end_of_thread
    thread lb_\n\()_data
    ldr r2, [r4, #Y * \n]
    addr r2
    add r0, r0, #1
    str r0, [r4, #Y * (1 - \n)]
    end_of_thread
    .endr

    two_writes w2_0, nop, 0, Y, r10, r11
    two_writes w2_0_dmb, dmb, 0, Y, r10, r11
    two_writes w2_0_dmb_st, "dmb ishst", 0, Y, r10, r11
    two_writes w2_1, nop, Y, 0, r10, r11
    two_writes w2_1_dmb, dmb, Y, 0, r10, r11
    two_writes w2_1_dmb_st, "dmb ishst", Y, 0, r10, r11
    two_writes s_0, nop, 0, Y, r11, r10
    two_writes s_0_dmb, dmb, 0, Y, r11, r10
    .macro r_second name, between
    thread \name
    str r11, [r4, #Y]
    \between
    ldr r2, [r4]
    end_of_thread
    .endm
    r_second r_1, nop
    r_second r_1_dmb, dmb

    thread nothing
    end_of_thread
    thread write_1
    str r10, [r4]
    end_of_thread
    thread write_2
    str r11, [r4]
    end_of_thread
    thread write_byte_2
    strb r11, [r4]
    end_of_thread
    thread write_y
    str r10, [r4, #Y]
    end_of_thread
    two_reads corr, nop, 0, 0
    two_writes coww, nop, 0, 0, r10, r11
    read_write corw, nop, 0, 0
    write_read cowr, nop, 0, 0

    thread strd
    mov r11, r10
    strd r10, r11, [r4]
    end_of_thread
    thread strexd
1:  ldrexd r0, r1, [r4]
    mov r11, r10
    strexd r0, r10, r11, [r4]
    teq r0, #0
    bne 1b
    end_of_thread
    .macro halves name, load
    thread \name
    \load r0, r1, [r4]
    subs r2, r0, r1
    movne r2, #1
    mov r3, r0
    end_of_thread
    .endm
    halves ldrd, ldrd
    halves ldrexd, ldrexd

    atomic_add add_word
    atomic_add add_halfword, h
    atomic_add add_byte, b
    thread add_doubleword
1:  ldrexd r0, r1, [r4]
    adds r0, r0, #1
    adc r1, r1, #0
    strexd r2, r0, r1, [r4]
    teq r2, #0
    bne 1b
    end_of_thread
    .irp n, 1, 2
    thread exchange_\n
    mov r10, #\n
1:  ldrex r2, [r4]
    strex r0, r10, [r4]
    teq r0, #0
    bne 1b
    end_of_thread
    .endr
    .irp n, 1, 2
    thread swp_\n
    mov r10, #\n
    .word 0xe104209a                    @ SWP r2, r10, [r4]
    end_of_thread
    .endr
    thread exclusive                    @ r3: whether it failed; that no store came in between is what success means
    ldrex r2, [r4]
    strex r3, r10, [r4]
    end_of_thread

    .macro lock
1:  ldrex r0, [r1]
    teq r0, #0
    bne 1b
    strex r0, r10, [r1]
    teq r0, #0
    bne 1b
    dmb
    .endm
    .macro unlock
    dmb
    mov r0, #0
    str r0, [r1]
    .endm
    thread lock_write
    add r1, r4, #Z
    lock
    str r10, [r4]
    str r10, [r4, #Y]
    unlock
    end_of_thread
    thread lock_read
    add r1, r4, #Z
    lock
    ldr r11, [r4, #Y]
    ldr r12, [r4]
    subs r2, r11, r12
    movne r2, #1
    unlock
    end_of_thread

    two_reads iriw_2, nop, 0, Y
    two_reads iriw_2_dmb, dmb, 0, Y
    thread iriw_2_addr
    ldr r2, [r4]
    addr r2
    add r0, r0, #Y
    ldr r3, [r4, r0]
    end_of_thread

begin_thread:                           @ r0: how many rounds; waits for the others of the test; sets r4-r9
    mov r9, r0
    this_core r6
    ldr r7, [r6, #NUMBER]
    ldr r4, =RESULTS
    ldr r5, =RESULTS_SIZE
    mla r5, r7, r5, r4
    ldr r8, =test_cores
    ldr r8, [r8]
    add r7, r7, #1
    teq r7, r8
    moveq r7, #0
    record_of r1, r7
    add r7, r1, #PROGRESS
    add r6, r6, #PROGRESS
    mov r0, #1
    str r0, [r6]
    dsb
    sev
1:  subs r8, r8, #1
    blo 3f
    record_of r1, r8
2:  ldr r0, [r1, #PROGRESS]
    teq r0, #0
    wfeeq
    beq 2b
    b 1b
3:  mov r8, #0
    ldr r4, =CELLS
    bx lr
    .ltorg

run_test:                               @ r0: its description; prints what it saw; changes r0-r9
    push {lr}
    mov r4, r0
    ldr r0, [r4, #T_CORES]
    ldr r1, =test_cores
    str r0, [r1]
    ldr r1, =cores
    ldr r1, [r1]
    cmp r1, r0
    blo too_few
    ldr r0, =OUTCOMES
    ldr r1, =OUTCOMES_SIZE
    bl clear
    ldr r6, =rounds
    ldr r6, [r6]
1:  mov r5, #BATCH
    cmp r6, r5
    movlo r5, r6
    bl run_batch
    bl count_outcomes
    subs r6, r6, r5
    bne 1b
    bl print_outcomes
    pop {pc}

too_few:
    ldr r0, =.Lskip
    bl puts
    ldr r0, [r4, #T_NAME]
    bl puts
    mov r0, #'\n'
    bl putc
    pop {pc}

clear:                                  @ r0: address, r1: bytes; changes r0-r3
    mov r2, #0
    mov r3, #0
1:  strd r2, r3, [r0], #8
    subs r1, r1, #8
    bne 1b
    bx lr

run_batch:                              @ r4: the test, r5: how many rounds; changes r0-r3, r7
    push {lr}
    ldr r0, =CELLS
    mov r1, #CELL_SIZE
    mul r1, r1, r5
    bl clear
    this_core r0
    mov r1, #0
    str r1, [r0, #PROGRESS]
    dsb
    ldr r7, [r4, #T_CORES]
1:  subs r7, r7, #1
    beq 2f
    add r1, r4, #T_FUNCTIONS
    ldr r1, [r1, r7, lsl #2]
    mov r0, r7
    mov r2, r5
    bl give
    b 1b
2:  mov r0, r5
    ldr r1, [r4, #T_FUNCTIONS]
    blx r1
    ldr r7, [r4, #T_CORES]
3:  subs r7, r7, #1
    popeq {pc}
    mov r0, r7
    bl done
    b 3b

count_outcomes:                         @ r4: the test, r5: how many rounds; changes r0-r3, r7-r9, r12
    ldr r9, =OUTCOMES
    mov r7, #0                          @ the round
1:  mov r0, #0                          @ the outcome
    add r8, r4, #T_OBSERVED
2:  ldr r1, [r8], #4
    cmp r1, #RESULTS
    movhs r2, #8
    movlo r2, #CELL_SIZE
    mla r1, r7, r2, r1
    ldr r1, [r1]
    and r1, r1, #15
    orr r0, r1, r0, lsl #4
    add r12, r4, #T_OBSERVED + 16
    cmp r8, r12
    beq 3f
    ldr r1, [r8]
    teq r1, #0
    bne 2b
3:  ldr r1, [r9, r0, lsl #2]
    add r1, r1, #1
    str r1, [r9, r0, lsl #2]
    add r7, r7, #1
    cmp r7, r5
    blo 1b
    bx lr
    .ltorg

print_outcomes:                         @ r4: the test; changes r0-r3, r5-r9
    push {lr}
    ldr r9, =OUTCOMES
    ldr r5, [r4, #T_MASK]
    ldr r6, [r4, #T_VALUE]
    mov r7, #0
    ldr r8, =.Lpass
1:  ldr r0, [r9, r7, lsl #2]            @ is there a forbidden one?
    teq r0, #0
    beq 2f
    teq r5, #0
    beq 2f
    and r0, r7, r5
    teq r0, r6
    ldreq r8, =.Lfail
2:  add r7, r7, #1
    cmp r7, #OUTCOMES_SIZE / 4
    blo 1b
    mov r0, r8
    bl puts
    ldr r0, [r4, #T_NAME]
    bl puts
    mov r7, #0
3:  ldr r8, [r9, r7, lsl #2]
    teq r8, #0
    beq 4f
    mov r0, #' '
    bl putc
    bl print_digits
    mov r0, #':'
    bl putc
    mov r0, r8
    bl put_decimal
4:  add r7, r7, #1
    cmp r7, #OUTCOMES_SIZE / 4
    blo 3b
    mov r0, #'\n'
    bl putc
    pop {pc}

print_digits:                           @ r4: the test, r7: an outcome; changes r0-r3, r5, r6
    push {lr}
    add r5, r4, #T_OBSERVED
    mov r6, #-4                         @ 4 times how many digits there are, less one
1:  ldr r0, [r5], #4
    teq r0, #0
    beq 2f
    add r6, r6, #4
    cmp r6, #12
    blo 1b
2:  lsr r0, r7, r6
    and r0, r0, #15
    add r0, r0, #'0'
    bl putc
    subs r6, r6, #4
    bpl 2b
    pop {pc}

put_decimal:                            @ r0; changes r0-r3
    push {r4, lr}
    mov r1, #10
    udiv r2, r0, r1
    mls r4, r2, r1, r0
    movs r0, r2
    blne put_decimal
    add r0, r4, #'0'
    bl putc
    pop {r4, pc}

find_rounds:                            @ in the device tree's command line; changes r0-r5
    ldr r0, =RAM                        @ where it is on QEMU
    ldr r1, =0xedfe0dd0
    ldr r3, [r0]
    teq r3, r1
    beq 1f
    ldr r3, =RAM
    cmp r2, r3                          @ where the loader says that it is
    bxlo lr
    ldr r3, [r2]
    teq r3, r1
    bxne lr
    mov r0, r2
1:  ldr r1, [r0, #4]
    rev r1, r1
    add r1, r0, r1                      @ its end
2:  ldr r2, =.Lrounds
    mov r3, r0
3:  ldrb r4, [r2], #1
    teq r4, #0
    beq 4f
    ldrb r5, [r3], #1
    teq r4, r5
    beq 3b
    add r0, r0, #1
    cmp r0, r1
    blo 2b
    bx lr
4:  mov r0, #0
    mov r2, #10
5:  ldrb r4, [r3], #1
    sub r4, r4, #'0'
    cmp r4, #9
    bhi 6f
    mla r0, r2, r0, r4
    b 5b
6:  teq r0, #0
    ldrne r1, =rounds
    strne r0, [r1]
    bx lr
    .ltorg
.Lrounds:
    .asciz "rounds="
    .balign 4

    .data
rounds:
    .word DEFAULT_ROUNDS
    .bss
    .balign 64
test_cores:
    .space 4
    .text
