/** The trap encoding: sensitive instructions as instructions that trap in user mode, and back. */
module swivel.encoding {
    requires transitive swivel.arm;

    exports swivel.encoding;
}
