package swivel.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * Whether a Linux kernel refuses modules whose signature does not hold (Linux, {@code kernel/module/signing.c},
 * {@code security/lockdown/lockdown.c}). Rewritten modules have none, so theirs must then stay as they are.
 */
public final class ModuleSignatures {
    private static final String PARAMETER = "module.sig_enforce";
    private static final Set<String> YES = Set.of("", "1", "y", "Y", "t", "T", "on", "ON", "On");
    private static final Set<String> LOCKDOWNS = Set.of("integrity", "confidentiality");

    /** What a kernel says when its configuration locks it down, and only such a kernel has. */
    private static final String LOCKED_BY_CONFIGURATION = "Kernel configuration";

    /** {@code struct kernel_param}: the name first, and where the pointer to the value is. */
    private static final int PARAMETER_VALUE = 16;

    private ModuleSignatures() {}

    /** What on a command line makes a kernel enforce signatures; null if nothing does. */
    public static String enforcedBy(String commandLine) {
        for (String word : commandLine.split("\\s+", -1)) {
            int equals = word.indexOf('=');
            String name = (equals < 0 ? word : word.substring(0, equals)).replace('-', '_');
            String value = equals < 0 ? "" : word.substring(equals + 1).replace("\"", "");
            if (name.equals(PARAMETER) && YES.contains(value) || name.equals("lockdown") && LOCKDOWNS.contains(value)) {
                return word + " on the command line";
            }
            if (word.equals("--")) {
                return null; // the rest is for init
            }
        }
        return null;
    }

    /** What in a kernel's configuration makes it enforce signatures; null if nothing is seen to. */
    public static String enforcedBy(GuestKernel guest) {
        if (guest.image() == null || guest.image().linkAddress() == 0) {
            return null;
        }
        for (Kernel.Segment segment : guest.kernel().segments()) {
            if (find(segment.content(), "\0" + LOCKED_BY_CONFIGURATION + "\0", 0) >= 0) {
                return "CONFIG_LOCK_DOWN_KERNEL_FORCE_*";
            }
        }
        return isForced(guest) ? "CONFIG_MODULE_SIG_FORCE" : null;
    }

    /**
     * Whether the parameter is set from the beginning. Its value stands in initialized data then, and else in zeroed
     * memory, which no file holds.
     */
    private static boolean isForced(GuestKernel guest) {
        int first = guest.kernel().segments().getFirst().address();
        int shift = guest.image().linkAddress() - first;
        for (Kernel.Segment holder : guest.kernel().segments()) {
            int name = find(holder.content(), "\0" + PARAMETER + "\0", 0);
            if (name < 0) {
                continue;
            }
            int pointer = holder.address() + name + 1 + shift;
            for (Kernel.Segment segment : guest.kernel().segments()) {
                ByteBuffer words = segment.content().duplicate().order(ByteOrder.LITTLE_ENDIAN);
                for (int at = 0; at + PARAMETER_VALUE + 4 <= words.limit(); at += 4) {
                    if (words.getInt(at) == pointer
                            && isSet(guest.kernel(), words.getInt(at + PARAMETER_VALUE) - shift)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean isSet(Kernel kernel, int address) {
        for (Kernel.Segment segment : kernel.segments()) {
            int offset = address - segment.address();
            if (offset >= 0 && offset < segment.content().limit()) {
                return segment.content().get(offset) == 1;
            }
        }
        return false;
    }

    private static int find(ByteBuffer content, String text, int from) {
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = content.array();
        int start = content.arrayOffset();
        for (int at = from; at + wanted.length <= content.limit(); at++) {
            int in = start + at;
            if (bytes[in + 1] == wanted[1] && Arrays.equals(bytes, in, in + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}
