/** What ARM says: the A32 instruction table, status registers, modes, exceptions, descriptor formats, cores. */
module swivel.arm {
    exports swivel.arm;
    exports swivel.arm.core;
}
