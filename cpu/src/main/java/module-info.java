/** The host processor: runs user-mode ARM code in an address space until something traps. */
@SuppressWarnings("module") // swivel.nativecore is compiled later
module swivel.cpu {
    requires transitive swivel.memory;
    requires transitive swivel.arm;

    exports swivel.cpu;
    exports swivel.cpu.engine;
    exports swivel.cpu.interp to
            swivel.nativecore;
    exports swivel.cpu.ir to
            swivel.nativecore;
    exports swivel.cpu.pages to
            swivel.nativecore;

    uses swivel.cpu.engine.NativeEngine;
}
