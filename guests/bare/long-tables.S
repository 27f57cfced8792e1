@ long-tables: long-descriptor translation (LPAE): blocks, pages, permissions, access flag, execute-never, what tables
@ above take away, the TTBR0/TTBR1 split, ASIDs, PAR, and what the fault registers say. Each case prints what it
@ found, for comparison with QEMU.
    .include "common.inc"
    .include "access.inc"

    .equ RAM, 0x40000000
    .equ PA, 0x40400000                 @ scratch memory, 2 MiB each
    .equ PA2, 0x40600000
    .equ VP, 0x50000000                 @ where pages are mapped,
    .equ VB, 0x60000000                 @ a block of 2 MiB,
    .equ VG, 0x80000000                 @ and one of 1 GiB that begins with RAM
    .equ NOWHERE, 0x7f000000            @ a physical address at which there is nothing

    .equ TABLES, 5
    .equ EAE, 1 << 31
    .equ TABLE, 3
    .equ BLOCK, 1
    .equ PAGE, 3
    .equ AF, 1 << 10
    .equ NG, 1 << 11
    .equ USER, 1 << 6
    .equ READ_ONLY, 1 << 7
    .equ NORMAL, 1 << 2                 @ AttrIndx 1
    .equ RW, AF | USER | NORMAL
    .equ XN, 1 << 22                    @ bits of the upper half
    .equ PXN, 1 << 21
    .equ NS_TABLE, 1 << 31
    .equ READ_ONLY_TABLE, 1 << 30
    .equ NOT_USER_TABLE, 1 << 29
    .equ XN_TABLE, 1 << 28
    .equ PXN_TABLE, 1 << 27

    .macro tlbiall                      @ changes r0
    dsb
    mov r0, #0
    mcr p15, 0, r0, c8, c7, 0
    mcr p15, 0, r0, c7, c5, 6           @ BPIALL
    dsb
    isb
    .endm

    .macro entry table, index, low, high=0      @ one descriptor, and TLBIALL; changes r0 and r1
    ldr r0, =\table + (\index) * 8
    ldr r1, =\low
    str r1, [r0]
    ldr r1, =\high
    str r1, [r0, #4]
    tlbiall
    .endm

    .macro page low, high=0             @ at VP
    entry pages, 0, \low, \high
    .endm

    .macro block low, high=0            @ at VB
    entry blocks, 0x100, \low, \high
    .endm

    .macro gigabyte low, high=0         @ at VG
    entry first, 2, \low, \high
    .endm

    .macro ttbr number, table, asid=0   @ changes r0 and r1
    ldr r0, =\table
    ldr r1, =(\asid) << 16
    mcrr p15, \number, r0, r1, c2
    isb
    .endm

    .macro ttbcr value                  @ changes r0
    ldr r0, =EAE | (\value)
    mcr p15, 0, r0, c2, c0, 2
    isb
    .endm

    .macro value name, register         @ prints it; changes r0-r3
    mov r4, \register
    ldr r0, =.Lname\@
    bl print_value
    b .Lnext\@
.Lname\@:
    .asciz "\name "
    .balign 4
    .ltorg
.Lnext\@:
    .endm

    .macro report name                  @ prints the record of exceptions and clears it; changes r0-r3
    ldr r0, =.Lname\@
    bl print_record
    clear_seen
    b .Lnext\@
.Lname\@:
    .asciz "\name "
    .balign 4
    .ltorg
.Lnext\@:
    .endm

    .macro accesses name, va            @ a read, a write, and a fetch, in both privileges
    ldr r6, =\va
    ldr r0, [r6]
    report "\name read"
    mov r0, #1
    str r0, [r6, #4]
    report "\name write"
    ldrt r0, [r6]
    report "\name user-read"
    strt r0, [r6]
    report "\name user-write"
    call \va + 0x80
    report "\name fetch"
    call_user \va + 0x80
    report "\name user-fetch"
    .endm

    .macro rights name, va
    ldr r0, =\va + 0x100
    bl allowed
    value "\name allowed", r0
    call \va + 0x80
    value "\name ran", r4
    call_user \va + 0x80
    value "\name ran-for-user", r4
    clear_seen
    .endm

    .macro translate name, op2, va      @ ATS1C**: prints PAR, without SH of what is not cached: QEMU 7.2 has it otherwise
    ldr r0, =\va
    mcr p15, 0, r0, c7, c8, \op2
    isb
    mrrc p15, 0, r6, r7, c7
    uxtb r0, r7, ror #24
    bics r0, r0, #0x44
    biceq r6, r6, #(3 << 7)
    value "\name high", r7
    value "\name low", r6
    .endm

main:
    .irp frame, PA, PA2                 @ the first word of each page is its address; at 0x80 code that leaves 0x99 in r4
    ldr r0, =\frame
    ldr r1, =0x1000
    ldr r2, =\frame + 0x200000
1:  str r0, [r0]
    add r0, r0, r1
    cmp r0, r2
    blo 1b
    ldr r0, =\frame + 0x80
    ldr r1, =0xe3a04099                 @ MOV r4, #0x99; BX lr
    ldr r2, =0xe12fff1e
    stm r0, {r1, r2}
    .endr
    dsb
    mov r1, #0
    mcr p15, 0, r1, c7, c5, 0           @ ICIALLU
    isb

@ ---- registers
    ldr r6, =0x12345678
    ldr r7, =0x00a500bc
    .irp n, 0, 1
    mcrr p15, \n, r6, r7, c2
    mrc p15, 0, r8, c2, c0, \n
    value "ttbr\n by-half", r8
    mov r8, #0x4000
    mcr p15, 0, r8, c2, c0, \n
    mrrc p15, \n, r8, r9, c2
    value "ttbr\n low", r8
    value "ttbr\n high-stays", r9
    .endr
    ldr r7, =0xa50000bc
    mcrr p15, 0, r6, r7, c7
    mrrc p15, 0, r8, r9, c7
    value "par low", r8
    value "par high", r9
    mrc p15, 0, r8, c0, c1, 4           @ ID_MMFR0
    and r8, r8, #15
    value "vmsa", r8
    ttbcr 0x3fc33f80 | 0x10000 | 2
    mrc p15, 0, r8, c2, c0, 2
    value "ttbcr", r8

@ ---- with the MMU off
    ttbcr 0
    ldr r6, =NOWHERE
    ldr r0, [r6]
    report "off nowhere"
    bkpt #0
    seen r0, IFSR
    value "off bkpt", r0
    translate "off ats1cpr", 0, 0x12345678

@ ---- on
    clear_seen
    bl long_on
    ldr r6, =PA + 0x5000
    ldr r8, [r6]
    value "on", r8

    page PA | RW | PAGE
    block PA | RW | BLOCK
    gigabyte RAM | RW | BLOCK
    ldr r6, =VP
    ldr r8, [r6]
    value "page", r8
    ldr r6, =VB + 0x1ff000
    ldr r8, [r6]
    value "block", r8
    ldr r6, =VG + 0x601000
    ldr r8, [r6]
    value "gigabyte", r8
    report "none"

@ ---- permissions, of the descriptor and of tables
    .irp ap, 0, 1, 2, 3
    page PA | AF | NORMAL | PAGE | \ap << 6
    rights "page ap \ap", VP
    block PA | AF | NORMAL | BLOCK | \ap << 6
    rights "block ap \ap", VB
    gigabyte RAM | AF | NORMAL | BLOCK | \ap << 6
    rights "gigabyte ap \ap", VG + 0x400000
    .endr
    .irp never, XN, PXN, XN | PXN
    page PA | RW | PAGE, \never
    rights "page \never", VP
    block PA | RW | BLOCK, \never
    rights "block \never", VB
    gigabyte RAM | RW | BLOCK, \never
    rights "gigabyte \never", VG + 0x400000
    .endr
    page PA | RW | PAGE
    .irp table, READ_ONLY_TABLE, NOT_USER_TABLE, XN_TABLE, PXN_TABLE, NS_TABLE
    entry blocks, 0x80, pages + TABLE, \table
    rights "level 2 \table", VP
    entry blocks, 0x80, pages + TABLE
    entry first, 2, high_blocks + TABLE, \table
    entry high_blocks, 0, PA | RW | BLOCK
    rights "level 1 \table", VG
    .endr
    entry first, 2, high_blocks + TABLE, READ_ONLY_TABLE
    entry high_blocks, 0, pages + TABLE, NOT_USER_TABLE | PXN_TABLE
    rights "both", VG

@ ---- faults of each level
    .macro faults kind, set, base, type, va
    \set (\base) | RW & ~AF | \type
    accesses "\kind no-flag", \va
    \set (\base) | RW & ~USER | \type, XN
    accesses "\kind privileged xn", \va
    \set (\base) | RW | READ_ONLY | \type, PXN
    accesses "\kind read-only pxn", \va
    \set (\base) | RW & ~2
    accesses "\kind invalid-0", \va
    \set (\base) | RW | 2
    accesses "\kind invalid-2", \va
    .endm
    faults page, page, PA, PAGE, VP
    faults block, block, PA, BLOCK, VB
    faults gigabyte, gigabyte, RAM, BLOCK, VG + 0x400000
    page PA | RW | 1
    accesses "page as-block", VP

@ ---- addresses without memory
    page NOWHERE | RW | PAGE
    accesses "page nowhere", VP
    page RW | PAGE, 0x12
    accesses "page beyond", VP
    block RW | BLOCK, 0x12
    accesses "block beyond", VB
    page PA | RW | PAGE, 0xfff00        @ what is left out and left to software
    ldr r6, =VP
    ldr r8, [r6]
    value "ignored bits", r8
    page PA | RW | PAGE, 1 << 20        @ the contiguous hint
    ldr r8, [r6]
    value "contiguous", r8
    report "none"

@ ---- accesses across pages, and alignment
    page PA | RW | PAGE
    entry pages, 1, PA2 | RW | PAGE
    ldr r6, =VP + 0xffe
    ldr r7, =0x44332211
    str r7, [r6]
    ldr r8, [r6]
    value "across", r8
    ldr r6, =PA2
    ldrh r8, [r6]
    value "across upper", r8
    entry pages, 1, 0
    ldr r6, =VP + 0xffe
    ldr r8, [r6]
    report "across invalid"
    add r6, r6, #1
    ldrex r8, [r6]
    report "alignment"
    clear_seen
    bkpt #0
    seen r0, IFSR
    value "bkpt", r0
    clear_seen

@ ---- PAR
    .irp index, 0, 1, 2, 4, 5, 6, 7
    page PA | AF | PAGE | \index << 2 | 3 << 8
    translate "attributes \index", 0, VP + 0x234
    .endr
    .irp sh, 0, 2, 3
    page PA | AF | READ_ONLY | PAGE | 4 << 2 | \sh << 8, 0x12
    translate "shareability \sh", 0, VP
    .endr
    translate "page write", 1, VP
    translate "page user-read", 2, VP
    translate "page user-write", 3, VP
    block PA | RW | READ_ONLY | BLOCK | 3 << 8
    translate "block read", 0, VB + 0x123456
    translate "block user-write", 3, VB + 0x123456
    block PA | RW & ~AF | BLOCK
    translate "block no-flag", 0, VB
    gigabyte RW | BLOCK | 3 << 8, 0x40
    translate "gigabyte", 0, VG + 0x3fffffff
    gigabyte 0
    translate "level 1", 0, VG
    translate "level 2", 0, VP + 0x08000000
    translate "level 3", 2, VP + 0x8000

@ ---- TLB maintenance and ASIDs
    ttbr 0, first, 1
    page PA | NG | RW | PAGE
    ldr r6, =VP
    ldr r8, [r6]
    value "asid 1", r8
    ttbr 0, first, 2
    ldr r0, =pages
    ldr r1, =PA2 | NG | RW | PAGE
    str r1, [r0]
    dsb
    ldr r8, [r6]
    value "asid 2", r8
    mov r0, #1
    mcr p15, 0, r0, c8, c7, 2           @ TLBIASID 1
    dsb
    isb
    ttbr 0, first, 1
    ldr r8, [r6]
    value "asid 1 again", r8
    ttbr 1, first, 3
    ttbcr 1 << 22                       @ A1
    ldr r0, =pages
    ldr r1, =PA | NG | RW | PAGE
    str r1, [r0]
    dsb
    ldr r8, [r6]
    value "asid 3", r8
    mov r0, #7
    mcr p15, 0, r0, c13, c0, 1          @ CONTEXTIDR has no ASID
    isb
    ldr r8, [r6]
    value "asid 3 with contextidr", r8
    ldr r0, =pages
    ldr r1, =PA2 | NG | RW | PAGE
    str r1, [r0]
    dsb
    ldr r0, =VP + 3
    mcr p15, 0, r0, c8, c7, 1           @ TLBIMVA
    dsb
    isb
    ldr r8, [r6]
    value "tlbimva", r8
    ttbcr 0
    report "none"

@ ---- TTBR0 and TTBR1: the UART is in the first gigabyte, RAM in the second
    .macro split name, sizes, lower, upper      @ reads an address of each gigabyte, and prints when all is mapped again
    ttbr 1, \upper
    ttbcr \sizes
    ttbr 0, \lower
    tlbiall
    mov r9, #0
    .irp address, UART + UARTFR, RAM + 0x400100, 0x80400100, 0xc0400100
    clear_seen
    ldr r6, =\address
    ldr r8, [r6]
    seen r0, COUNT
    orr r9, r0, r9, lsl #1
    .endr
    mrc p15, 0, r8, c5, c0, 0
    ttbr 0, first
    ttbcr 0
    tlbiall
    value "\name faults", r9
    value "\name last", r8
    clear_seen
    .endm
    gigabyte RAM | RW | BLOCK
    entry first, 3, RAM | RW | BLOCK
    entry upper_2, 0, RAM | RW | BLOCK
    entry upper_2, 1, 0
    entry high_blocks, 0, 0
    entry high_blocks, 2, PA | RW | BLOCK
    split "split 0 1", 0x10000, first, upper_2
    split "split 1 1", 0x10001, first, upper_2
    split "split 1 1 epd1", 0x810001, first, upper_2
    split "split 0 2", 0x20000, first, high_blocks
    split "split 1 2", 0x20001, first, high_blocks
    split "split 0 7", 0x70000, first, high_blocks
    split "split 1 0", 1, first, first
    split "split 2 0", 2, high_blocks, first
    split "split 2 0 epd0", 0x82, high_blocks, first
    report "none"

@ ---- the other format, and back
    mrc p15, 0, r0, c1, c0, 0
    bic r0, r0, #1
    mcr p15, 0, r0, c1, c0, 0
    isb
    mov r0, #0
    mcr p15, 0, r0, c2, c0, 2
    isb
    ldr r6, =NOWHERE
    ldr r0, [r6]
    report "short off nowhere"
    ldr r0, =sections                   @ RAM and the UART
    ldr r1, =RAM | 3 << 10 | 1 << 12 | 2
    ldr r2, =sections + (RAM >> 20) * 4
    str r1, [r2]
    ldr r1, =UART | 3 << 10 | 2
    str r1, [r0, #(UART >> 20) * 4]
    mcr p15, 0, r0, c2, c0, 0
    mov r0, #1
    mcr p15, 0, r0, c3, c0, 0           @ DACR
    tlbiall
    mrc p15, 0, r0, c1, c0, 0
    orr r0, r0, #1
    mcr p15, 0, r0, c1, c0, 0
    isb
    ldr r6, =VP
    ldr r0, [r6]
    report "short invalid"
    ldr r0, =VP
    mcr p15, 0, r0, c7, c8, 0
    isb
    mrc p15, 0, r8, c7, c4, 0
    value "short par", r8
    mrc p15, 0, r0, c1, c0, 0
    bic r0, r0, #1
    mcr p15, 0, r0, c1, c0, 0
    isb
    bl long_on
    page PA2 | RW | PAGE
    ldr r6, =VP
    ldr r8, [r6]
    value "long again", r8
    b power_off
    .ltorg

long_on:                                @ clears and fills the tables, and turns the MMU on; changes r0-r3
    ldr r0, =first
    mov r1, #0
    ldr r2, =TABLES * 4096
1:  subs r2, r2, #4
    str r1, [r0, r2]
    bne 1b
    ldr r1, =AF | BLOCK                 @ devices: to themselves, AttrIndx 0
    str r1, [r0]
    mov r1, #XN
    str r1, [r0, #4]
    ldr r1, =blocks + TABLE
    str r1, [r0, #8]
    ldr r2, =blocks
    ldr r1, =pages + TABLE
    str r1, [r2, #0x80 * 8]
    ldr r1, =RAM | RW | BLOCK
    mov r3, #64                         @ 128 MiB of RAM
2:  str r1, [r2], #8
    add r1, r1, #0x200000
    subs r3, r3, #1
    bne 2b
    ldr r1, =0x44ff4404                 @ MAIR0: device, normal that is not cached, normal that is
    mcr p15, 0, r1, c10, c2, 0
    ldr r1, =0xeebbaaff
    mcr p15, 0, r1, c10, c2, 1
    ldr r1, =EAE
    mcr p15, 0, r1, c2, c0, 2           @ TTBCR
    mov r1, #0
    mcrr p15, 0, r0, r1, c2             @ TTBR0
    mcrr p15, 1, r0, r1, c2
    tlbiall
    mrc p15, 0, r0, c1, c0, 0
    orr r0, r0, #1
    mcr p15, 0, r0, c1, c0, 0
    isb
    bx lr
    .ltorg

print_value:                            @ r0: name, r4: the value
    push {r5, lr}
    bl puts
    mov r0, r4
    bl put_hex
    mov r0, #'\n'
    bl putc
    pop {r5, pc}

print_record:                           @ r0: name; how many exceptions, the last one's vector, status and address
    push {r4, r5, r6, lr}
    ldr r4, =seen
    bl puts
    ldr r5, [r4, #COUNT]
    add r0, r5, #'0'
    bl putc
    teq r5, #0
    beq 1f
    ldr r5, [r4, #VECTOR]
    mov r0, #' '
    bl putc
    add r0, r5, #'0'
    bl putc
    mov r0, #' '
    bl putc
    teq r5, #V_PREFETCH
    ldreq r0, [r4, #IFSR]
    ldreq r6, [r4, #IFAR]
    ldrne r0, [r4, #DFSR]
    ldrne r6, [r4, #DFAR]
    bl put_hex
    mov r0, #' '
    bl putc
    mov r0, r6
    bl put_hex
1:  mov r0, #'\n'
    bl putc
    pop {r4, r5, r6, pc}
    .ltorg

    .bss
    .balign 16384
sections:
    .space 16384
    .irp name, first, blocks, high_blocks, pages, upper_2   @ the order does not matter
\name:
    .space 4096
    .endr
    .text
