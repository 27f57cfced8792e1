@ mmio-nowhere (hostile): reads and writes of every size where there is neither RAM nor a device, at
@ addresses beside devices, beyond RAM, and at the end of the address space; says which of them abort.
    .include "common.inc"

    .macro attempt access               @ prints the DFSR, or `ok`
    clear_seen
    \access
    seen r0, COUNT
    teq r0, #0
    beq .Lfine\@
    print " "
    seen r0, DFSR
    bl put_hex
    b .Lnext_access\@
.Lfine\@:
    print " ok"
.Lnext_access\@:
    .endm

main:
    print "mmio-nowhere\n"
    ldr r6, =addresses
1:  ldr r7, [r6], #4
    mov r0, r7
    bl put_hex
    print ":"
    attempt "ldr r0, [r7]"
    attempt "ldrh r0, [r7]"
    attempt "ldrb r0, [r7]"
    attempt "ldrd r0, r1, [r7]"
    attempt "str r0, [r7]"
    attempt "strh r0, [r7]"
    attempt "strb r0, [r7]"
    attempt "ldm r7, {r0-r3}"
    attempt "stm r7, {r0-r3}"
    print "\n"
    ldr r0, =addresses_end
    cmp r6, r0
    blo 1b
    b power_off
    .ltorg

addresses:
    .word 0x09001000, 0x0a010000, 0x0b400000, 0x70000000, 0x7ffffff0, 0xfffff000, 0xfffffff0
addresses_end:
