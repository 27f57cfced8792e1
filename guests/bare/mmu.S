@ mmu: short-descriptor translation: sections, supersections, large and small pages, domains, access
@ permissions, access flag, execute-never, the TTBR0/TTBR1 split, ASIDs and TLB maintenance, and what the
@ fault registers say.
    .include "common.inc"
    .include "tables.inc"
    .include "access.inc"

    .equ STATE, 0x010003ff
    .equ PA, 0x40100000                 @ scratch memory: two sections, and 16 MiB for a supersection
    .equ PA2, 0x40200000
    .equ PA16, 0x42000000
    .equ VA, 0x10000000                 @ where it is mapped; nothing else is there
    .equ VA16, 0x20000000
    .equ UNMAPPED, 0x7ff00000
    .equ D5, 5 << 5                     @ domain 5 in a descriptor,
    .equ F5, 5 << 4                     @ and in the DFSR
    .equ WNR, 0x800
    .equ FS, 0x40f
    .equ TRANSLATION_SECTION, 5         @ fault status
    .equ TRANSLATION_PAGE, 7
    .equ DOMAIN_SECTION, 9
    .equ DOMAIN_PAGE, 0xb
    .equ PERMISSION_SECTION, 0xd
    .equ PERMISSION_PAGE, 0xf
    .equ ACCESS_SECTION, 3
    .equ ACCESS_PAGE, 6

    .macro domains value                @ changes r0
    ldr r0, =\value
    mcr p15, 0, r0, c3, c0, 0
    isb
    .endm

    .macro check_data status_mask, status, address  @ one data abort, and what the registers say
    expect_exception V_DATA
    expect_seen_masked DFSR, \status_mask, \status
    expect_seen DFAR, \address
    .endm

    .macro check_fetch status, address
    expect_exception V_PREFETCH
    expect_seen_masked IFSR, FS, \status
    expect_seen IFAR, \address
    .endm

main:
    @ recognizable contents: the first words of scratch pages, written with the MMU off
    ldr r0, =PA
    ldr r1, =0x00300000                 @ 3 MiB: PA, PA2 and the one after
    mov r2, #0
1:  add r3, r0, r2
    str r3, [r3]                        @ each page begins with its own address
    add r2, r2, #0x1000
    cmp r2, r1
    blo 1b
    ldr r0, =PA16 + 0x00500000
    str r0, [r0]

    test
    bl mmu_on
    mrc p15, 0, r4, c1, c0, 0
    and r4, r4, #1
    expect r4, 1
    expect_seen COUNT, 0
    verdict "mmu-on"

@ ---- descriptor kinds
    test
    l1 VA, SECTION | S_RW | S_NORMAL | PA
    ldr r0, =VA + 0x5000
    ldr r4, [r0]
    ldr r1, =0xcafe0001
    str r1, [r0, #4]
    ldr r0, =PA + 0x5000
    ldr r5, [r0, #4]
    expect r4, PA + 0x5000
    expect r5, 0xcafe0001
    expect_seen COUNT, 0
    verdict "section"

    test
    ldr r0, =table + (VA16 >> 20) * 4
    ldr r1, =SUPERSECTION | S_RW | S_NORMAL | PA16
    mov r2, #16
1:  str r1, [r0], #4
    subs r2, r2, #1
    bne 1b
    tlbiall
    ldr r0, =VA16 + 0x00500000
    ldr r4, [r0]
    ldr r0, =VA16 + 0x00fffffc
    str r0, [r0]
    ldr r0, =PA16 + 0x00fffffc
    ldr r5, [r0]
    expect r4, PA16 + 0x00500000
    expect r5, VA16 + 0x00fffffc
    expect_seen COUNT, 0
    verdict "supersection"

    test
    ldr r0, =table + (VA >> 20) * 4
    ldr r1, =table2 + TABLE
    str r1, [r0]
    l2 VA + 0x3000, SMALL | P_RW | P_NORMAL | PA + 0x7000
    l2 VA + 0xff000, SMALL | P_RW | P_NORMAL | PA2 + 0x1000
    ldr r0, =VA + 0x3000
    ldr r4, [r0]
    ldr r0, =VA + 0xff000
    ldr r5, [r0]
    expect r4, PA + 0x7000
    expect r5, PA2 + 0x1000
    expect_seen COUNT, 0
    verdict "small-page"

    test
    ldr r0, =table2 + 0x10 * 4
    ldr r1, =LARGE | P_RW | L_NORMAL | PA + 0x20000
    mov r2, #16
1:  str r1, [r0], #4
    subs r2, r2, #1
    bne 1b
    tlbiall
    ldr r0, =VA + 0x10000
    ldr r4, [r0]
    ldr r0, =VA + 0x1f000
    ldr r5, [r0]
    ldr r0, =VA + 0x17ffc
    str r0, [r0]
    ldr r0, =PA + 0x27ffc
    ldr r6, [r0]
    expect r4, PA + 0x20000
    expect r5, PA + 0x2f000
    expect r6, VA + 0x17ffc
    expect_seen COUNT, 0
    verdict "large-page"

@ ---- translation faults
    test
    ldr r6, =UNMAPPED + 0x123
    ldrb r0, [r6]
1:  check_data FS | WNR, TRANSLATION_SECTION, UNMAPPED + 0x123
    expect_seen LR, 1b + 4
    expect_seen_masked CPSR, STATE, A | I | F | ABT
    clear_seen
    strb r0, [r6]
    check_data FS | WNR, WNR | TRANSLATION_SECTION, UNMAPPED + 0x123
    verdict "translation-fault-section"

    test
    ldr r0, =table2 + TABLE + D5        @ the domain is in the first level
    ldr r1, =table + (VA >> 20) * 4
    str r0, [r1]
    domains 1 | 1 << 10
    tlbiall
    ldr r6, =VA + 0x4abc
    ldr r0, [r6]
    check_data FS | WNR | 0xf0, TRANSLATION_PAGE | F5, VA + 0x4abc
    clear_seen
    str r0, [r6]
    check_data FS | WNR | 0xf0, WNR | TRANSLATION_PAGE | F5, VA + 0x4abc
    verdict "translation-fault-page"

    test
    ldr r6, =UNMAPPED
    set resume, 2f
    user
    ldr r6, [r6]
2:  privileged
    expect_exception V_DATA
    expect_seen_masked SPSR, STATE, A | I | F | USR
    verdict "translation-fault-from-user"

@ ---- domains
    test
    l1 VA16, SECTION | S_NORMAL | D5 | PA       @ AP 000: nobody
    ldr r6, =VA16 + 0x6000
    domains 1                           @ domain 5: no access
    ldr r0, [r6]
    check_data FS | WNR | 0xf0, DOMAIN_SECTION | F5, VA16 + 0x6000
    clear_seen
    domains 1 | 1 << 10                 @ client: permissions count
    str r0, [r6]
    check_data FS | WNR | 0xf0, WNR | PERMISSION_SECTION | F5, VA16 + 0x6000
    clear_seen
    domains 1 | 3 << 10                 @ manager: they do not. No TLB operation is needed.
    ldr r4, [r6]
    ldrt r5, [r6]
    expect r4, PA + 0x6000
    expect r5, PA + 0x6000
    expect_seen COUNT, 0
    domains 1
    ldr r0, [r6]
    expect_seen COUNT, 1
    verdict "domain-section"

    test
    ldr r6, =VA + 0x3000
    domains 1
    ldr r0, [r6]
    check_data FS | WNR | 0xf0, DOMAIN_PAGE | F5, VA + 0x3000
    clear_seen
    domains 1 | 1 << 10
    ldr r4, [r6]
    expect r4, PA + 0x7000
    expect_seen COUNT, 0
    verdict "domain-page"

@ ---- access permissions: which of privileged read, write, user read, write are allowed (bits 0-3), for each
@ AP[2:0]; user accesses by LDRT/STRT and by user mode itself
    .macro ap_case ap, allowed
    test
    l1 VA16, SECTION | S_NORMAL | D5 | PA | ((\ap) & 3) << 10 | ((\ap) & 4) << 13
    l2 VA + 0x8000, SMALL | P_NORMAL | PA | ((\ap) & 3) << 4 | ((\ap) & 4) << 7
    ldr r0, =table2 + 0x20 * 4          @ a large page
    ldr r1, =LARGE | L_NORMAL | PA | ((\ap) & 3) << 4 | ((\ap) & 4) << 7
    mov r2, #16
1:  str r1, [r0], #4
    subs r2, r2, #1
    bne 1b
    tlbiall
    ldr r0, =VA16 + 0x100
    bl allowed
    expect r0, \allowed
    ldr r0, =VA + 0x8100
    bl allowed
    expect r0, \allowed
    ldr r0, =VA + 0x25100
    bl allowed
    expect r0, \allowed
    .endm
    ap_case 0, 0
    verdict "ap-000"
    ap_case 1, 3
    verdict "ap-001"
    ap_case 2, 7
    verdict "ap-010"
    ap_case 3, 15
    verdict "ap-011"
    ap_case 5, 1
    verdict "ap-101"
    ap_case 6, 5
    verdict "ap-110"
    ap_case 7, 5
    verdict "ap-111"

    test
    l2 VA + 0x8000, SMALL | P_NORMAL | PA | 0x20        @ AP 010: read-only for user mode
    ldr r6, =VA + 0x8104
    mov r5, #0x55
    str r5, [r6]
    strt r5, [r6], #4
    check_data FS | WNR | 0xf0, WNR | PERMISSION_PAGE | F5, VA + 0x8104
    expect r6, VA + 0x8104              @ no write-back
    ldrt r4, [r6], #4
    expect r4, 0x55
    expect r6, VA + 0x8108
    expect_seen COUNT, 1
    verdict "ldrt-strt-permission"

    test
    l2 VA + 0x8000, SMALL | P_NORMAL | PA | 0x10        @ AP 001: not for user mode
    ldr r6, =VA + 0x8000
    .irp access, "ldrt r0, [r6]", "ldrbt r0, [r6]", "ldrht r0, [r6]", "ldrsbt r0, [r6]", "ldrsht r0, [r6]"
    clear_seen
    \access
    check_data FS | WNR | 0xf0, PERMISSION_PAGE | F5, VA + 0x8000
    .endr
    .irp access, "strt r0, [r6]", "strbt r0, [r6]", "strht r0, [r6]"
    clear_seen
    \access
    check_data FS | WNR | 0xf0, WNR | PERMISSION_PAGE | F5, VA + 0x8000
    .endr
    verdict "ldrt-family-permission"

@ ---- access flag
    .macro afe_case ap, allowed         @ AP[0] is the access flag: AP[2:1] says the rest
    l1 VA16, SECTION | S_NORMAL | D5 | PA | ((\ap) & 3) << 10 | ((\ap) & 4) << 13
    ldr r0, =VA16 + 0x100
    bl allowed
    expect r0, \allowed
    .endm
    test
    read_sctlr r0
    orr r0, r0, #(1 << 29)
    write_sctlr r0
    afe_case 1, 3
    afe_case 3, 15
    afe_case 5, 1
    afe_case 7, 5
    l1 VA16, SECTION | S_NORMAL | D5 | PA | 2 << 10
    l2 VA + 0x8000, SMALL | P_NORMAL | PA | 0x20
    clear_seen
    ldr r6, =VA16 + 0x100
    ldr r0, [r6]
    check_data FS | WNR, ACCESS_SECTION, VA16 + 0x100
    clear_seen
    ldr r6, =VA + 0x8100
    str r0, [r6]
    check_data FS | WNR | 0xf0, WNR | ACCESS_PAGE | F5, VA + 0x8100
    read_sctlr r0
    bic r0, r0, #(1 << 29)
    write_sctlr r0
    tlbiall
    verdict "access-flag"

@ ---- instruction fetches
    ldr r0, =PA + 0x9000                @ MOV r4, #0x99; BX lr
    ldr r1, =0xe3a04099
    ldr r2, =0xe12fff1e
    stm r0, {r1, r2}
    dsb
    mov r1, #0
    mcr p15, 0, r1, c7, c5, 0           @ ICIALLU
    isb

    test
    l1 VA16, SECTION | S_RW | S_NORMAL | D5 | PA
    call VA16 + 0x9000
    expect r4, 0x99
    expect_seen COUNT, 0
    l1 VA16, SECTION | S_RW | S_NORMAL | D5 | PA | XN_SECTION
    call VA16 + 0x9000
    check_fetch PERMISSION_SECTION, VA16 + 0x9000
    expect_seen LR, VA16 + 0x9004
    expect r4, 0
    ldr r6, =VA16 + 0x9000              @ data are not concerned
    ldr r5, [r6]
    expect r5, 0xe3a04099
    domains 1 | 3 << 10                 @ nor managers
    call VA16 + 0x9000
    expect r4, 0x99
    domains 1 | 1 << 10
    verdict "xn-section"

    test
    l2 VA + 0x9000, SMALL | P_RW | P_NORMAL | PA + 0x9000
    call VA + 0x9000
    expect r4, 0x99
    l2 VA + 0x9000, SMALL | P_RW | P_NORMAL | PA + 0x9000 | XN_SMALL
    call VA + 0x9000
    check_fetch PERMISSION_PAGE, VA + 0x9000
    ldr r0, =table2
    ldr r1, =LARGE | P_RW | L_NORMAL | PA | XN_LARGE
    mov r2, #16
1:  str r1, [r0], #4
    subs r2, r2, #1
    bne 1b
    tlbiall
    call VA + 0x9000
    check_fetch PERMISSION_PAGE, VA + 0x9000
    verdict "xn-page"

    test
    l1 VA16, SECTION | 1 << 10 | S_NORMAL | D5 | PA     @ AP 001: privileged only
    call VA16 + 0x9000
    expect r4, 0x99
    call_user VA16 + 0x9000
    check_fetch PERMISSION_SECTION, VA16 + 0x9000
    expect_seen_masked SPSR, STATE, A | I | F | USR
    l1 VA16, SECTION | 2 << 10 | S_NORMAL | D5 | PA     @ AP 010: user reads
    call_user VA16 + 0x9000
    expect r4, 0x99
    expect_seen COUNT, 0
    verdict "fetch-permission"

    test
    l1 VA16, SECTION | S_RW | S_NORMAL | D5 | PA | PXN_SECTION
    call VA16 + 0x9000
    check_fetch PERMISSION_SECTION, VA16 + 0x9000
    call_user VA16 + 0x9000
    expect r4, 0x99
    expect_seen COUNT, 0
    verdict "pxn-section"

    test
    call UNMAPPED + 0x10
    check_fetch TRANSLATION_SECTION, UNMAPPED + 0x10
    expect_seen LR, UNMAPPED + 0x14
    call_user UNMAPPED + 0x20
    check_fetch TRANSLATION_SECTION, UNMAPPED + 0x20
    call VA + 0x60000
    check_fetch TRANSLATION_PAGE, VA + 0x60000
    domains 1
    call VA16 + 0x9000
    check_fetch DOMAIN_SECTION, VA16 + 0x9000
    domains 1 | 1 << 10
    verdict "fetch-faults"

    test
    l2 VA + 0x40000, SMALL | P_RW | P_NORMAL | PA + 0xa000
    ldr r0, =PA + 0xaffc                @ the last instruction of a page, the next one is not mapped
    ldr r1, =0xe3a04077                 @ MOV r4, #0x77
    str r1, [r0]
    dsb
    mov r1, #0
    mcr p15, 0, r1, c7, c5, 0
    isb
    call VA + 0x40ffc
    expect r4, 0x77                     @ ran, then
    check_fetch TRANSLATION_PAGE, VA + 0x41000
    verdict "fetch-across-pages"

@ ---- accesses across pages
    test
    l2 VA + 0x40000, SMALL | P_RW | P_NORMAL | PA + 0xb000
    l2 VA + 0x41000, SMALL | P_RW | P_NORMAL | PA2 + 0x3000
    ldr r6, =VA + 0x40ffe
    ldr r5, =0x44332211
    str r5, [r6]
    ldr r4, [r6]
    expect r4, 0x44332211
    ldr r0, =PA + 0xbffe
    ldrh r4, [r0]
    expect r4, 0x2211
    ldr r0, =PA2 + 0x3000
    ldrh r4, [r0]
    expect r4, 0x4433
    expect_seen COUNT, 0
    verdict "unaligned-across-pages"

    test
    l2 VA + 0x41000, 0
    ldr r6, =VA + 0x40ff8
    mov r7, r6
    mov r1, #1
    mov r2, #2
    mov r3, #3
    mov r4, #4
    stm r7!, {r1-r4}
    check_data FS | WNR, WNR | TRANSLATION_PAGE, VA + 0x41000
    expect_same r7, r6                  @ the base is as before
    clear_seen
    ldm r7!, {r2-r5}
    check_data FS | WNR, TRANSLATION_PAGE, VA + 0x41000
    expect_same r7, r6
    clear_seen
    ldm r7, {r2-r7}                     @ and so it is when it is in the list
    expect_same r7, r6
    add r6, r6, #4
    mov r7, r6
    clear_seen
    ldrd r2, r3, [r7], #8
    check_data FS | WNR, TRANSLATION_PAGE, VA + 0x41000
    expect_same r7, r6
    verdict "abort-restores-base"

    test                                @ demand paging: the hook maps the page and returns to the instruction
    ldr r0, =demand_page
    ldr r1, =hook
    str r0, [r1]
    ldr r6, =VA + 0x40ff8
    mov r7, r6
    mov r1, #0x11
    mov r2, #0x22
    mov r3, #0x33
    mov r4, #0x44
    stm r7!, {r1-r4}
    set hook, 0
    sub r7, r7, r6
    expect r7, 16
    expect_exception V_DATA
    ldr r0, =PA + 0xbff8
    ldm r0, {r1, r2}
    ldr r0, =PA2 + 0x4000
    ldm r0, {r3, r4}
    expect r1, 0x11
    expect r2, 0x22
    expect r3, 0x33
    expect r4, 0x44
    verdict "demand-paging"

@ ---- TLB maintenance
    test
    l1 VA16, SECTION | S_RW | S_NORMAL | D5 | PA
    ldr r6, =VA16 + 0x2000
    ldr r4, [r6]
    ldr r0, =table + (VA16 >> 20) * 4
    ldr r1, =SECTION | S_RW | S_NORMAL | D5 | PA2
    str r1, [r0]
    dsb
    mcr p15, 0, r6, c8, c7, 1           @ TLBIMVA
    dsb
    isb
    ldr r5, [r6]
    expect r4, PA + 0x2000
    expect r5, PA2 + 0x2000
    ldr r1, =SECTION | S_RW | S_NORMAL | D5 | PA
    str r1, [r0]
    dsb
    mcr p15, 0, r6, c8, c7, 3           @ TLBIMVAA
    dsb
    isb
    ldr r4, [r6]
    expect r4, PA + 0x2000
    mov r1, #0
    str r1, [r0]
    dsb
    mcr p15, 0, r6, c8, c3, 1           @ TLBIMVAIS
    dsb
    isb
    ldr r4, [r6]
    expect_exception V_DATA
    verdict "tlb-invalidate-by-address"

    test
    domains 1 | 1 << 10
    l2 VA + 0x50000, SMALL | P_NORMAL | PA | 0x10       @ user mode may not
    ldr r6, =VA + 0x50000
    ldrt r0, [r6]
    expect_seen COUNT, 1
    l2 VA + 0x50000, SMALL | P_NORMAL | PA | 0x30       @ may
    ldrt r4, [r6]
    expect r4, PA
    expect_seen COUNT, 1
    l2 VA + 0x50000, SMALL | P_NORMAL | PA | 0x230      @ nobody writes
    str r4, [r6]
    expect_seen COUNT, 2
    expect_seen VECTOR, V_DATA
    verdict "tlb-permission-changes"

    test                                @ global in table, not global (ASID 1 and 2) through one entry changed between
    mov r0, #1
    mcr p15, 0, r0, c13, c0, 1          @ CONTEXTIDR
    isb
    l1 VA16, SECTION | S_RW | S_NORMAL | NG_SECTION | D5 | PA
    ldr r6, =VA16 + 0x2000
    ldr r4, [r6]                        @ ASID 1 may cache it
    mov r0, #2
    mcr p15, 0, r0, c13, c0, 1
    isb
    ldr r0, =table + (VA16 >> 20) * 4
    ldr r1, =SECTION | S_RW | S_NORMAL | NG_SECTION | D5 | PA2
    str r1, [r0]
    dsb
    isb
    ldr r5, [r6]                        @ ASID 2 must not see it
    expect r4, PA + 0x2000
    expect r5, PA2 + 0x2000
    mov r0, #1
    mcr p15, 0, r0, c8, c7, 2           @ TLBIASID 1
    dsb
    isb
    mcr p15, 0, r0, c13, c0, 1
    isb
    ldr r4, [r6]
    expect r4, PA2 + 0x2000
    mov r0, #0
    mcr p15, 0, r0, c13, c0, 1
    isb
    expect_seen COUNT, 0
    verdict "asid"

    test                                @ two tables, switched many times as a kernel does, each with its ASID
    ldr r0, =table
    ldr r1, =other_table
    mov r2, #16384
1:  subs r2, r2, #4
    ldr r3, [r0, r2]
    str r3, [r1, r2]
    bne 1b
    ldr r2, =SECTION | S_RW | S_NORMAL | NG_SECTION | D5 | PA
    ldr r3, =(VA16 >> 20) * 4
    str r2, [r0, r3]
    ldr r2, =SECTION | S_RW | S_NORMAL | NG_SECTION | D5 | PA2
    str r2, [r1, r3]
    tlbiall
    ldr r6, =VA16 + 0x6000
    mov r7, #1000
    mov r8, #0
    mov r9, #0
2:  ldr r1, =other_table
    mov r0, #2
    bl switch_table
    ldr r2, [r6]
    ldr r3, =PA2 + 0x6000
    eor r2, r2, r3
    orr r8, r8, r2
    ldr r1, =table
    mov r0, #1
    bl switch_table
    ldr r2, [r6]
    ldr r3, =PA + 0x6000
    eor r2, r2, r3
    orr r9, r9, r2
    subs r7, r7, #1
    bne 2b
    expect r8, 0
    expect r9, 0
    ldr r1, =table
    mov r0, #0
    bl switch_table
    tlbiall
    expect_seen COUNT, 0
    verdict "table-switches"

@ ---- TTBR0 and TTBR1
    .macro begin_split n                @ in an order in which RAM stays mapped; changes r0 and r1
    ldr r1, =table
    mcr p15, 0, r1, c2, c0, 1
    mov r1, #\n
    mcr p15, 0, r1, c2, c0, 2
    isb
    ldr r1, =small_table
    mcr p15, 0, r1, c2, c0, 0
    isb
    tlbiall
    .endm
    .macro end_split
    ldr r1, =table
    mcr p15, 0, r1, c2, c0, 0
    isb
    mov r1, #0
    mcr p15, 0, r1, c2, c0, 2
    isb
    tlbiall
    .endm
    .macro split n                      @ the lowest 4 GiB >> n by TTBR0 and small_table, the rest by TTBR1 and table
    test
    l1 VA16, SECTION | S_RW | S_NORMAL | D5 | PA
    ldr r0, =small_table
    mov r1, #0
    mov r2, #8192
1:  subs r2, r2, #4
    str r1, [r0, r2]
    bne 1b
    ldr r1, =SECTION | S_RW | S_NORMAL | D5 | PA2
    ldr r2, =(VA16 >> 20) * 4
    str r1, [r0, r2]
    .if \n == 1                         @ RAM is TTBR0's then
    ldr r1, =SECTION | S_RW | S_NORMAL | RAM
    ldr r2, =(RAM >> 20) * 4
    str r1, [r0, r2]
    .endif
    begin_split \n
    ldr r6, =VA16 + 0x2000
    ldr r4, [r6]
    ldr r7, =0x09000018                 @ the UART: only in TTBR1's table, but below the split
    ldr r5, [r7]
    end_split
    expect r4, PA2 + 0x2000
    check_data FS, TRANSLATION_SECTION, 0x09000018
    ldr r4, [r6]
    expect r4, PA + 0x2000
    expect_seen COUNT, 1
    .endm
    split 1
    verdict "ttbr-split-1"
    split 2
    verdict "ttbr-split-2"

    test                                @ N = 7: TTBR0 has 32 MiB; VA is TTBR1's
    begin_split 7
    ldr r6, =VA16 + 0x2000
    ldr r4, [r6]
    ldr r0, =small_table
    ldr r1, =SECTION | S_RW | S_NORMAL | D5 | PA2
    str r1, [r0, #16]
    tlbiall
    ldr r6, =0x00406000
    ldr r5, [r6]
    end_split
    expect r4, PA + 0x2000
    expect r5, PA2 + 0x6000
    expect_seen COUNT, 0
    verdict "ttbr-split-7"

@ ---- address translation by CP15
    .macro translate op2, va            @ r0 = PAR
    ldr r0, =\va
    mcr p15, 0, r0, c7, c8, \op2
    isb
    mrc p15, 0, r0, c7, c4, 0
    .endm
    test
    l1 VA16, SECTION | 1 << 10 | S_NORMAL | D5 | PA
    translate 0, VA16 + 0x2345          @ privileged read
    expect_masked r0, 0xfffff001, PA + 0x2000
    translate 1, VA16 + 0x2345          @ privileged write
    expect_masked r0, 0xfffff001, PA + 0x2000
    translate 2, VA16 + 0x2345          @ user read: a fault, with its status
    expect_masked r0, 0x7f, PERMISSION_SECTION << 1 | 1
    translate 3, UNMAPPED
    expect_masked r0, 0x7f, TRANSLATION_SECTION << 1 | 1
    expect_seen COUNT, 0
    verdict "ats1c"

@ ---- TEX remap
    test
    read_sctlr r4
    ldr r0, =0x000a82a8                 @ as Linux, but 4, which the other sections use, is normal
    mcr p15, 0, r0, c10, c2, 0
    ldr r0, =0x40e040e0
    mcr p15, 0, r0, c10, c2, 1
    orr r0, r4, #(1 << 28)
    write_sctlr r0
    tlbiall
    l1 VA16, SECTION | S_RW | D5 | PA | 1 << 3 | 1 << 16
    ldr r6, =VA16 + 0x2000
    ldr r5, [r6]
    write_sctlr r4
    tlbiall
    expect r5, PA + 0x2000
    expect_seen COUNT, 0
    verdict "tex-remap"

@ ---- high vectors
    test
    ldr r0, =table + 0xfff * 4
    ldr r1, =table2 + TABLE
    str r1, [r0]
    l2 0xffff0000, SMALL | P_RW | P_NORMAL | PA + 0xc000
    ldr r0, =0xffff0000
    ldr r1, =high_vectors
    .rept 3
    ldm r1!, {r2-r5}
    stm r0!, {r2-r5}
    .endr
    dsb
    mov r1, #0
    mcr p15, 0, r1, c7, c5, 0
    isb
    read_sctlr r4
    orr r0, r4, #(1 << 13)              @ V
    write_sctlr r0
    mov r5, #0
    svc #0
    udf #0
    write_sctlr r4
    expect r5, 0x201
    expect_seen COUNT, 0
    svc #0
    expect_seen COUNT, 1
    verdict "high-vectors"

@ ---- off and on again
    test
    read_sctlr r4
    bic r0, r4, #1
    write_sctlr r0
    ldr r6, =PA2 + 0x2000
    ldr r5, [r6]
    write_sctlr r4
    expect r5, PA2 + 0x2000
    l1 VA16, SECTION | S_RW | S_NORMAL | D5 | PA
    ldr r6, =VA16 + 0x2000
    ldr r5, [r6]
    expect r5, PA + 0x2000
    expect_seen COUNT, 0
    verdict "mmu-off-and-on"

    b power_off
    .ltorg

switch_table:                           @ r0: ASID, r1: table; as Linux does it: by way of ASID 0
    mov r2, #0
    mcr p15, 0, r2, c13, c0, 1
    isb
    mcr p15, 0, r1, c2, c0, 0
    isb
    mcr p15, 0, r0, c13, c0, 1
    isb
    bx lr

demand_page:                            @ a hook
    ldr r0, [r4, #DFAR]
    lsr r0, r0, #12
    lsl r0, r0, #12
    ldr r1, =VA + 0x41000
    teq r0, r1
    bxne lr
    ldr r2, =table2 + 0x41 * 4
    ldr r3, =SMALL | P_RW | P_NORMAL | PA2 + 0x4000
    str r3, [r2]
    dsb
    mcr p15, 0, r1, c8, c7, 1
    dsb
    isb
    sub r5, r5, #4                      @ again, please
    bx lr
    .ltorg

high_vectors:                           @ 12 words, copied
    b .
    b 1f
    b 2f
    .rept 5
    b .
    .endr
1:  orr r5, r5, #1
    movs pc, lr
2:  orr r5, r5, #0x200
    movs pc, lr

    .bss
    .balign 16384
other_table:
    .space 16384
small_table:
    .space 8192
    .text
