@ Firmware that runs from flash: says how it was started, queries, erases and programs the other bank, runs code there, changes
@ that code, and does all of it again with the MMU on. Assembled by FirmwareTest; QEMU's output with -bios is the reference.
    .syntax unified
    .arch armv7-a
    .arch_extension virt
    .text

    .equ UART, 0x09000000
    .equ BANK, 0x04000000               @ the second bank
    .equ BLOCK, 0x04080000              @ a block of it
    .equ RAM, 0x40000000
    .equ STACK, 0x40300000
    .equ COPY, 0x40310000               @ code that looks at the bank it was copied from
    .equ TABLE, 0x40400000

    .macro print text
    bl puts
    .asciz "\text"
    .balign 4
    .endm

    .macro show value                   @ clobbers r0-r3
    mov r0, \value
    bl put_hex
    .endm

vectors:
    b start
    b undefined
    b .
    b prefetch
    b data
    b .
    b .
    b .

start:
    mov r7, r0
    mov r8, r1
    mov r9, r2
    mrs r10, cpsr
    bic r10, r10, #0xf0000000           @ flags are unknown
    ldr sp, =STACK
    print "registers"
    show r7
    show r8
    show r9
    show r10
    print "\npc, tree"
    adr r0, vectors
    bl put_hex
    ldr r0, =RAM
    ldr r0, [r0]
    bl put_hex
    ldr r0, =end_of_image
    ldrb r0, [r0, #3]                   @ behind the file
    bl put_hex
    bl flash
    bl enable_mmu
    print "\nMMU"
    bl flash
    print "\nend\n"
    ldr r0, =0x84000008                 @ PSCI SYSTEM_OFF
    hvc #0
    b .

flash:
    push {r4-r8, lr}
    ldr r4, =BANK
    print "\nquery"
    mov r0, #0x98
    str r0, [r4, #0x154]
    mov r5, #0x40
1:  ldr r0, [r4, r5]
    bl put_hex
    add r5, r5, #4
    cmp r5, #0x60
    bne 1b
    ldrb r0, [r4, #0x9c]                @ the size
    bl put_hex
    mov r0, #0xff
    str r0, [r4]
    print "\nid"
    mov r0, #0x90
    strh r0, [r4]
    ldr r0, [r4]
    bl put_hex
    ldrh r0, [r4, #4]
    bl put_hex
    mov r0, #0xff
    strb r0, [r4]
    ldr r0, [r4]
    bl put_hex
    print "\nerase"
    ldr r4, =BLOCK
    mov r0, #0x20
    str r0, [r4]
    mov r0, #0xd0
    str r0, [r4]
    ldr r0, [r4]                        @ the status
    bl put_hex
    mov r0, #0xff
    str r0, [r4]
    ldr r0, [r4]
    bl put_hex
    ldr r0, [r4, #-4]
    bl put_hex
    print "\nprogram"
    adr r1, add_one
    bl program_two
    ldr r0, [r4]
    bl put_hex
    ldrd r0, r1, [r4]
    mov r6, r1
    bl put_hex
    show r6
    print "\nrun"
    mov r0, #10
    blx r4
    bl put_hex
    mov r0, #20
    blx r4
    bl put_hex
    print "\nchanged"                   @ QEMU goes on with what it has translated
    adr r1, add_two                     @ a chip is erased before, but this one does not mind
    bl program_two
    mov r0, #10
    blx r4
    bl put_hex
    print "\nbuffer"
    add r5, r4, #0x400
    mov r0, #0xe8
    str r0, [r5]
    ldr r0, [r5]
    bl put_hex
    ldr r0, =0x00070007
    str r0, [r5]
    mov r1, #0
1:  str r1, [r5, r1, lsl #2]
    add r1, r1, #1
    cmp r1, #8
    bne 1b
    mov r0, #0xd0
    str r0, [r5]
    mov r0, #0xff
    str r0, [r5]
    ldm r5, {r0-r3}
    add r0, r0, r3
    bl put_hex
    ldr r0, [r5, #28]
    bl put_hex
    ldrh r0, [r5, #30]
    bl put_hex
    ldr r0, [r5, #32]
    bl put_hex
    print "\nown bank"                  @ from a copy in RAM
    adr r0, look
    adr r1, look_end
    ldr r2, =COPY
1:  ldr r3, [r0], #4
    str r3, [r2], #4
    cmp r0, r1
    bne 1b
    mov r0, #0
    mcr p15, 0, r0, c7, c5, 0           @ ICIALLU
    dsb
    isb
    ldr r3, =COPY
    mov r4, #0
    blx r3
    bl put_hex
    print "\nwrites"                    @ to where flash is read, of every kind
    ldr r4, =BLOCK
    mov r0, #0x70
    mov r1, #0
    strd r0, r1, [r4, #0x40]
    ldr r0, [r4]
    bl put_hex
    mov r0, #0x50
    mov r1, #0xff
    stm r4, {r0, r1}
    ldr r0, [r4]
    bl put_hex
    pop {r4-r8, pc}

@ Programs two words from r1 to r4, and goes back to the content.
program_two:
    mov r2, #0x40
    ldr r3, [r1]
    str r2, [r4]
    str r3, [r4]
    str r2, [r4, #4]
    ldr r3, [r1, #4]
    str r3, [r4, #4]
    mov r2, #0xff
    str r2, [r4]
    mov r2, #0
    mcr p15, 0, r2, c7, c5, 0
    dsb
    isb
    bx lr

add_one:
    add r0, r0, #1
    bx lr
add_two:
    add r0, r0, #2
    bx lr

look:
    mov r0, #0x90
    str r0, [r4]
    ldr r0, [r4]
    mov r1, #0xff
    str r1, [r4]
    bx lr
look_end:

enable_mmu:                             @ everything where it is
    ldr r0, =TABLE
    ldr r1, =0xc02                      @ a section, full access
    mov r2, #4096
1:  str r1, [r0], #4
    add r1, r1, #0x100000
    subs r2, r2, #1
    bne 1b
    ldr r0, =TABLE
    mcr p15, 0, r0, c2, c0, 0
    mov r0, #0
    mcr p15, 0, r0, c2, c0, 2
    mov r0, #3
    mcr p15, 0, r0, c3, c0, 0
    mcr p15, 0, r0, c8, c7, 0
    dsb
    isb
    mrc p15, 0, r0, c1, c0, 0
    orr r0, r0, #1
    mcr p15, 0, r0, c1, c0, 0
    isb
    bx lr

undefined:
    print "\nundefined"
    b .
prefetch:
    print "\nprefetch abort"
    b .
data:
    print "\ndata abort"
    b .

puts:                                   @ the text behind the call
    ldr r1, =UART
1:  ldrb r0, [lr], #1
    cmp r0, #0
    strne r0, [r1]
    bne 1b
    add lr, lr, #3
    bic lr, lr, #3
    bx lr

put_hex:
    ldr r1, =UART
    mov r2, #' '
    str r2, [r1]
    mov r2, #8
1:  ror r0, r0, #28
    and r3, r0, #15
    cmp r3, #10
    addlo r3, r3, #'0'
    addhs r3, r3, #'a' - 10
    str r3, [r1]
    subs r2, r2, #1
    bne 1b
    bx lr
    .ltorg
end_of_image:
