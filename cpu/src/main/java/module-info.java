/** The host processor: runs user-mode ARM code in an address space until something traps. */
module swivel.cpu {
    requires transitive swivel.memory;
    requires transitive swivel.arm;

    exports swivel.cpu;
    exports swivel.cpu.engine;
}
