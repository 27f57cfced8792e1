package swivel.lpv.source;

import java.util.ArrayList;
import java.util.List;

/** Which conditions of the preprocessor hold where in a file, line by line, and which lines are at file scope. */
final class Conditions {

    /** A branch of an {@code #if}: what is between two directives of it. */
    private record Branch(int ifOffset, int number, String name, String condition, Boolean assembler) {}

    /** @param free whether what is put here is at file scope, and not inside a comment */
    private record Line(int offset, List<Branch> stack, boolean free) {}

    private final List<Line> lines = new ArrayList<>();
    private List<Branch> stack = List.of();

    void line(int offset, boolean free) {
        if (lines.isEmpty() || lines.getLast().offset() < offset) {
            lines.add(new Line(offset, stack, free));
        }
    }

    void directive(String name, String rest, int offset) {
        String condition = rest.strip();
        switch (name) {
            case "if", "ifdef", "ifndef" -> {
                List<Branch> deeper = new ArrayList<>(stack);
                deeper.add(new Branch(offset, 0, name, condition, forAssembler(name, condition)));
                stack = List.copyOf(deeper);
            }
            case "else", "elif" -> {
                if (!stack.isEmpty()) {
                    List<Branch> other = new ArrayList<>(stack);
                    Branch last = other.removeLast();
                    Boolean assembler = last.assembler();
                    other.add(new Branch(
                            last.ifOffset(),
                            last.number() + 1,
                            name,
                            name.equals("else") ? "!(" + last.name() + " " + last.condition() + ")" : condition,
                            assembler == null ? null : Boolean.valueOf(!assembler)));
                    stack = List.copyOf(other);
                }
            }
            case "endif" -> stack = stack.isEmpty() ? stack : stack.subList(0, stack.size() - 1);
            default -> {}
        }
    }

    /** Whether the conditions say that this is for the assembler, or that it is not; null if they say nothing. */
    Boolean forAssembler() {
        for (int i = stack.size() - 1; i >= 0; i--) {
            if (stack.get(i).assembler() != null) {
                return stack.get(i).assembler();
            }
        }
        return null;
    }

    private static Boolean forAssembler(String name, String condition) {
        if (!condition.matches("(?s).*__ASSEMBL(Y|ER)__.*")) {
            return null;
        }
        return !name.equals("ifndef") && !condition.matches("(?s).*!\\s*(defined)?\\s*\\(?\\s*__ASSEMBL(Y|ER)__.*");
    }

    /** Whether a place is under a condition that only ARM meets. */
    boolean onlyArm(int offset) {
        return at(offset).stream()
                .anyMatch(branch -> !branch.name().equals("ifndef")
                        && branch.condition().matches("(?s).*\\b(CONFIG_ARM|__arm__|__ARM_ARCH\\w*)\\b.*")
                        && !branch.condition().contains("!"));
    }

    /** Whether a place is under a condition that ARM of 32 bits does not meet. */
    boolean neverArm(int offset) {
        return at(offset).stream()
                .anyMatch(branch -> !branch.name().equals("ifndef")
                        && branch.condition()
                                .matches(
                                        "(?s).*\\b(CONFIG_(ARM64|X86\\w*|RISCV|MIPS|PPC\\w*)|__aarch64__|__x86_64__|__i386__)\\b.*")
                        && !branch.condition().contains("!")
                        && !branch.condition().contains("||"));
    }

    private List<Branch> at(int offset) {
        int found = lineIndex(offset);
        return found < 0 ? List.of() : lines.get(found).stack();
    }

    /** The index of the line that a place is in. */
    private int lineIndex(int offset) {
        int low = 0;
        int high = lines.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (lines.get(middle).offset() <= offset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /**
     * Where lines may be put in front of all the given places so that whenever one of these is compiled, the line is
     * too: the starts of lines at file scope, the most deeply nested first, then in the order of the file.
     */
    List<Integer> before(List<Integer> offsets) {
        List<Branch> common = null;
        for (int offset : offsets) {
            List<Branch> here = at(offset);
            if (common == null) {
                common = here;
            }
            int same = 0;
            while (same < common.size()
                    && same < here.size()
                    && common.get(same).equals(here.get(same))) {
                same++;
            }
            common = common.subList(0, same);
        }
        List<Integer> found = new ArrayList<>();
        int first = offsets.getFirst();
        for (int depth = common == null ? -1 : common.size(); depth >= 0; depth--) {
            List<Branch> wanted = common.subList(0, depth);
            for (Line line : lines) {
                if (line.offset() <= first && line.free() && line.stack().equals(wanted)) {
                    found.add(line.offset());
                }
            }
        }
        return found;
    }
}
