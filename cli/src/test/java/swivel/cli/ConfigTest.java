package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.cli.config.Key;
import swivel.cli.start.TinyGuest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code --config} and {@code --print-config}, and the schemas in docs/. */
class ConfigTest {
    private static final Path DOCS = Path.of("../docs");

    private static final Pattern EXAMPLE = Pattern.compile("^```json\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

    @TempDir
    private Path folder;

    private Path write(String json) throws IOException {
        return Files.writeString(folder.resolve("vm.json"), json);
    }

    private static JsonNode printed(String... arguments) {
        List<String> whole = new ArrayList<>(List.of(arguments));
        whole.add("--print-config");
        Ran ran = Ran.of(whole.toArray(String[]::new));
        assertEquals("", ran.errors());
        assertEquals(ExitStatus.OK, ran.status());
        return ConfigSchema.JSON.readTree(ran.output());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asString()));
        return texts;
    }

    @Test
    void commandLineWinsAndListsAreContinued() throws IOException {
        Path file = write("""
                {
                  "kernel": "zImage", "append": "console=ttyAMA0", "memory": 512, "strict": true, "stats": true,
                  "drive": ["a.img,overlay=a.qcow2,serial=one", "/abs/b.img,ro"],
                  "share": "src:here,ro"
                }
                """);
        JsonNode config = printed(
                "run", "--config", file.toString(), "-m", "1G", "--drive", "/c.img", "--append=", "--strict=false");
        assertEquals(folder.resolve("zImage").toString(), config.get("kernel").asString());
        assertEquals("", config.get("append").asString());
        assertEquals("1G", config.get("memory").asString());
        assertTrue(config.get("stats").asBoolean());
        assertEquals(null, config.get("strict"));
        assertEquals(
                List.of(folder + "/a.img,overlay=" + folder + "/a.qcow2,serial=one", "/abs/b.img,ro", "/c.img"),
                texts(config.get("drive")));
        assertEquals(List.of(folder + "/src:here,ro"), texts(config.get("share")));
    }

    @Test
    void whatIsPrintedGivesTheSameMachine() throws IOException {
        String[] line = {
            "run",
            "--kernel",
            "zImage",
            "--append",
            "a=\"b c\" \\ ü",
            "--drive",
            "d,ro",
            "--drive",
            "e,snapshot",
            "--net",
            "user,hostfwd=tcp::2222-:22",
            "--cpu",
            "cortex-a7,neon=off",
            "--silence",
            "0",
            "--exit-on-panic",
            "--virt",
            "Translated",
            "--share",
            "../x:y"
        };
        JsonNode config = printed(line);
        Path file = write(config.toString());
        assertEquals(config, printed("run", "--config", file.toString()));
        assertTrue(Path.of(config.get("kernel").asString()).isAbsolute());
    }

    @Test
    void guestRunsFromAFile() throws IOException {
        Path _ = Files.write(folder.resolve("guest.bin"), TinyGuest.image());
        Path file = write("{\"kernel\": \"guest.bin\", \"virt\": \"translated\", \"stats\": true}");
        Swivel.Result result = Swivel.run("run", "--config", file.toString());
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        assertTrue(result.errors().contains("instructions"), result.errors());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"kernl": "a"}                    | :1: 'kernl' is no key; did you mean 'kernel'?
        {"config": "a"}                   | :1: 'config' is no key; there are kernel, initrd,
        {"memory": "lots"}                | :1: Invalid value for option '--memory'
        {"virt":~"foo"}                   | :2: Invalid value for option '--virt'
        {"memory": 5,~~"memory": 6}       | :3: memory is there twice, first in line 1
        {"drive":~["a", ["b"]]}           | :2: drive wants a text in quotes, or an array of such
        {"drive": [{"file": "a"}]}        | :1: drive wants a text in quotes, or an array of such
        {"kernel": ["a"]}                 | :1: kernel wants a text in quotes
        {"kernel": null}                  | :1: kernel wants a text in quotes
        {"kernel": "a\\u0000"}            | :1: kernel is no name of a file
        {"drive": "a\\u0000"}             | is no name of a file
        {"silence": "5"}                  | :1: silence wants a whole number
        {"silence": 5.5}                  | :1: silence wants a whole number
        {"silence": 99999999999999999999} | :1: Invalid value for option '--silence'
        {"stats": 1}                      | :1: stats wants true or false
        {"$schema": 1}                    | :1: $schema wants a text
        {"kernel": "a"~}~x                | :3: no JSON
        {"kernel": "a"} {}                | :1: something follows the object
        {"kernel": "a",}                  | :1: no JSON
        []                                | :1: a configuration is a JSON object
        ~                                 | a configuration is a JSON object
        """)
    void wrongFileIsNamedWithKeyAndLine(String json, String message) throws IOException {
        Ran ran = Ran.of("run", "--config", write(json.replace('~', '\n')).toString());
        assertEquals(ExitStatus.BAD_INPUT, ran.status());
        assertTrue(ran.errors().contains(message), ran.errors());
        assertEquals(1, ran.errors().lines().count(), ran.errors());
    }

    @Test
    void hostileFilesAreRefusedInALine() throws IOException {
        List<String> hostile = new ArrayList<>(List.of("\u0000", "{\"" + "x".repeat(500_000) + "\": 1}"));
        for (String open : List.of("[", "{\"a\":", "{\"drive\":[", "{\"$schema\":[[")) {
            hostile.add(open.repeat(1_000_000 / open.length()));
        }
        hostile.add(" ".repeat(2 << 20));
        for (String json : hostile) {
            Ran ran = Ran.of("run", "--config", write(json).toString());
            assertEquals(ExitStatus.BAD_INPUT, ran.status(), ran.errors());
            assertEquals(1, ran.errors().lines().count());
            assertTrue(ran.errors().length() < 1000, ran.errors());
        }
        byte[] noise = new byte[4000];
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            random.nextBytes(noise);
            noise[0] = '{';
            Ran ran = Ran.of(
                    "run",
                    "--config",
                    Files.write(folder.resolve("noise"), noise).toString());
            assertEquals(ExitStatus.BAD_INPUT, ran.status());
            assertEquals(1, ran.errors().lines().count(), ran.errors());
        }
        for (String file : List.of("/dev/zero", folder.toString(), folder + "/none")) {
            Ran ran = Ran.of("run", "--config", file);
            assertEquals(ExitStatus.BAD_INPUT, ran.status());
            assertEquals(1, ran.errors().lines().count(), ran.errors());
        }
    }

    @Test
    void demoHasItsOwnKeys() throws IOException {
        Path file = write("{\"script\": \"uname -a\"}");
        assertEquals(
                "uname -a",
                printed("demo", "--config", file.toString()).get("script").asString());
        Ran ran = Ran.of("demo", "--config", write("{\"append\": \"x\"}").toString());
        assertTrue(ran.errors().contains("'append' is no key"), ran.errors());
    }

    /** So that files in a configuration are found beside it, whatever options there will be. */
    @ParameterizedTest
    @ValueSource(strings = {"run", "demo"})
    void optionsThatNameFilesSayWhere(String command) {
        for (Key key : Key.of(Main.COMMANDS.get(command).get()).values()) {
            String label = key.option().paramLabel();
            boolean isFile = label != null
                    && Pattern.compile("FILE|DIR|PATH|TARGET").matcher(label).find();
            assertEquals(
                    isFile,
                    key.namesFiles(),
                    "--" + key.name() + " " + label + ": give an option with files inside a NamesFiles");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "demo"})
    void schemaInDocsIsThatOfTheOptions(String command) throws IOException {
        Path file = DOCS.resolve(command + ".schema.json");
        String schema = ConfigSchema.of(command, Main.COMMANDS.get(command));
        Path made = Files.createDirectories(Path.of("target")).resolve(file.getFileName());
        Path _ = Files.writeString(made, schema);
        assertEquals(schema, Files.exists(file) ? Files.readString(file) : "", "copy cli/" + made + " to docs/");
    }

    private static Schema schema(String command) throws IOException {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(DOCS.resolve(command + ".schema.json")));
    }

    @Test
    void examplesOfThePageAreRight() throws IOException {
        List<String> examples = EXAMPLE.matcher(Files.readString(DOCS.resolve("config.md")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertTrue(examples.size() > 1, examples.toString());
        Schema schema = schema("run");
        for (String example : examples) {
            assertEquals(List.of(), schema.validate(example, InputFormat.JSON), example);
            JsonNode config = printed("run", "--config", write(example).toString());
            for (String key : ConfigSchema.JSON.readTree(example).propertyNames()) {
                assertTrue(config.has(key) || key.equals("$schema"), key);
            }
        }
    }

    /** Of values that are of some type, the schema takes those that a run takes. */
    @Test
    void schemaTakesWhatARunTakes() throws IOException {
        Schema schema = schema("run");
        List<String> keys =
                new ArrayList<>(Key.of(Main.COMMANDS.get("run").get()).keySet());
        keys.add("$schema");
        keys.add("nothing");
        List<String> values = List.of(
                "\"x\"",
                "[\"x\"]",
                "[\"x\",\"y\"]",
                "[1]",
                "[[\"x\"]]",
                "[]",
                "{}",
                "null",
                "true",
                "false",
                "7",
                "-1",
                "7.5",
                "99999999999",
                "\"64M\"",
                "\"auto\"",
                "\"translated\"",
                "\"cortex-a7\"");
        Random random = new Random(3);
        int taken = 0;
        for (int i = 0; i < 1000; i++) {
            Collections.shuffle(keys, random);
            StringBuilder json = new StringBuilder("{");
            boolean mayDiffer = false;
            int count = random.nextInt(3);
            for (int k = 0; k < count; k++) {
                String key = keys.get(k);
                String value = values.get(random.nextInt(values.size()));
                // What is a size or a core, the schema leaves to who reads it.
                mayDiffer |= key.equals("cpu") || key.equals("memory") || key.equals("code-cache");
                json.append(k == 0 ? "" : ",")
                        .append('"')
                        .append(key)
                        .append("\":")
                        .append(value);
            }
            json.append('}');
            boolean valid = schema.validate(json.toString(), InputFormat.JSON).isEmpty();
            Path file = Files.write(folder.resolve("r.json"), json.toString().getBytes(StandardCharsets.UTF_8));
            Ran ran = Ran.of("run", "--config", file.toString(), "--print-config");
            boolean read = ran.status() == ExitStatus.OK;
            taken += read ? 1 : 0;
            assertTrue(valid || !read, json + " is read, and the schema refuses it");
            assertTrue(read || !valid || mayDiffer, json + ": " + ran.errors());
        }
        assertTrue(taken > 200, taken + " were right");
    }

    @Test
    void schemaRefusesWhatIsNoOption() throws IOException {
        ObjectNode wrong = ConfigSchema.JSON.createObjectNode().put("kernl", "a");
        assertEquals(
                1, schema("run").validate(wrong.toString(), InputFormat.JSON).size());
    }
}
