/** The host processor: runs user-mode ARM code in an address space until something traps. */
@SuppressWarnings("module") // the hypervisor is built behind this one
module swivel.cpu {
    requires transitive swivel.memory;
    requires transitive swivel.arm;

    exports swivel.cpu;
    exports swivel.cpu.engine;
    exports swivel.cpu.ir to
            swivel.vmm;
}
