package swivel.lpv.source;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which architecture a file of a tree is for, by the names of the directories it is in. */
enum Architecture {
    ARM,
    OTHER,
    /** The names do not tell: a driver, or a tree for one architecture alone. */
    ANY;

    private static final Pattern ARM_NAME =
            Pattern.compile("arm|arm32|aarch32|armv[4-8].*|arm[79].*|arm_c.*|arm_v.*|cortex.*|mach-.*|plat-.*");

    private static final Set<String> OTHERS = names("""
            x86 i386 i486 i586 i686 x86_64 amd64 ia64 ia32 arm64 aarch64 armv8 riscv riscv32 riscv64 rv32 rv64 mips mips32 mips64
            powerpc ppc ppc32 ppc64 s390 s390x sparc sparc32 sparc64 avr avr32 bfin blackfin c6x csky cris frv h8300 hexagon lm32
            loongarch loongarch64 m32r m68k metag microblaze mn10300 nds32 nios2 openrisc or1k parisc superh unicore32 xtensa
            """);

    /** Names that mean an architecture only in a directory of architectures. */
    private static final Set<String> AMBIGUOUS = names("alpha arc sandbox score sh tile um");

    private static Set<String> names(String list) {
        return Set.of(list.strip().split("\\s+"));
    }

    /**
     * Tells by the names on the way to a file.
     *
     * @param file relative to the root of the tree
     */
    static Architecture of(Path file) {
        Architecture found = ANY;
        for (Path directory = file.getParent(); directory != null; directory = directory.getParent()) {
            String name = directory.getFileName().toString().toLowerCase(Locale.ROOT);
            if (name.startsWith("asm-") || name.startsWith("arch-")) {
                name = name.substring(name.indexOf('-') + 1);
            }
            if (OTHERS.contains(name) || AMBIGUOUS.contains(name) && isArch(directory.getParent())) {
                return OTHER;
            }
            if (ARM_NAME.matcher(name).matches()) {
                found = ARM;
            }
        }
        return found;
    }

    private static boolean isArch(Path directory) {
        return directory != null && directory.endsWith("arch");
    }
}
