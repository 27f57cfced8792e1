@ fill-memory (hostile): writes one word in each 64 bytes of all the RAM after itself, and goes on until there is
@ no more; checks what it wrote, says where RAM ended and powers off.
    .include "common.inc"

main:
    print "fill-memory\n"
    ldr r4, =end_of_image
    add r4, r4, #0x1000
    bic r4, r4, #0xff
    mov r5, r4
    clear_seen
1:  str r5, [r5]                        @ each word is its own address
    seen r0, COUNT
    teq r0, #0
    addeq r5, r5, #64
    beq 1b
    mov r7, r5                          @ the first word that aborted
    mov r5, r4
2:  ldr r0, [r5]
    teq r0, r5
    bne 3f
    add r5, r5, #64
    cmp r5, r7
    blo 2b
    print "RAM ends at 0x"
    mov r0, r7
    bl put_hex
    print "\n"
    b power_off
3:  print "FAIL: wrong word at 0x"
    mov r0, r5
    bl put_hex
    print "\n"
    b power_off
