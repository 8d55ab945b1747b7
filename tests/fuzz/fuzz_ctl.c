/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both ends of the control socket, over real sockets, whole and in pieces.
 * The server: any octets from a client. It must answer what the pure half of the protocol answers
 * to each frame, in order, and no more; in pieces the same; and be as it was when the client is
 * gone. The client: any octets from a server. Its documents must be those of a second, tiny reading
 * of frames, and nothing in them may reach the terminal but text. */
#include "cli/cli.h"
#include "ctl/ctl.h"
#include "daemon/ctl_server.h"
#include "mutate.h"

#include "../unit/ctl/fixture.h"
#include "base/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of the first octet. */
enum {
	CHOICE_CLIENT = 1, /* else the server is tried */
	CHOICE_NO_CONFIGURATION = 2,
	CHOICE_COLOUR = 2,
	CHOICE_MASTER = 4,
	CHOICE_ALL = 4,
	CHOICE_PIECE = 0xf8, /* octets at a time; the width of the screen */
};

#define INPUT_MOST 8192
#define ANSWERS_MOST (1u << 20)
#define IDLE_TURNS 3

const int fuzz_rounds = 200; /* system calls take their time */

/* -- changes -- */

static const char *const tokens[] = {
	"{\"version\":1,\"command\":\"status\"}",
	"{\"version\":1,\"command\":\"explain\",\"name\":\"vrrp_1\"}",
	"{\"version\":1,\"command\":\"wait\",\"condition\":[\"vrrp_1=MASTER\",\"ready\"]}",
	"{\"version\":1,\"command\":\"wait\",\"condition\":\"vrrp_1=INIT\"}",
	"{\"version\":1,\"error\":\"\\u001b[2J\",\"code\":\"busy\"}",
	"{\"version\":1,\"config\":{\"file\":\"f\"},\"instances\":[{\"name\":\"a\"}]}",
	"\"addresses\":[\"192.0.2.1/24\"],",
	"\"name\":\"vrrp_2\",", "\"name\":null,", "\"watch\":true,", "\"version\":1,",
	"\"all=BACKUP\"", "\"generation>0\"", "\"generation>18446744073709551616\"",
	"\"condition\":", "\"command\":\"wait\",", "\"instances\":[{}],", "\"config\":{},",
	"\"conditions\":[{\"name\":\"x\",\"detail\":\"y\",\"since\":\"z\"}],",
	"\"master\":{\"address\":\"x\"},", "\"since\":\"2026-01-02T03:04:05.678Z\",",
	"\"excluded_addresses\":[\"x\"],", "\"reasons\":[\"x y z\"],", "\"summary\":\"x\",",
	"\"takeover_worst_ms\":3610,", "\"effective_priority\":-1,", "\"priority\":100,",
	"\\u001b[31m", "\\u009b", "\\u0000", "\\n", "\\\"", "\x7f", "\xc2\x9b", "\xff",
	"[", "]", "{", "}", ",", "\"", "1e999", "9223372036854775807", "-1", "true", "null",
};

static void put_length(uint8_t *frame, size_t length)
{
	ctl_frame_put_length((uint32_t)length, frame);
}

static size_t insert(uint8_t *body, size_t size, size_t max_size, const char *text, size_t at)
{
	size_t length = strlen(text);

	if (size + length > max_size)
		return size;
	memmove(body + at + length, body + at, size - at);
	memcpy(body + at, text, length);
	return size + length;
}

static size_t change_body(uint8_t *body, size_t size, size_t max_size, uint32_t *random)
{
	const char *token = tokens[mutate_random(random) % (sizeof(tokens) / sizeof(tokens[0]))];

	if (size == 0 || mutate_once_in(random, 2))
		return insert(body, size, max_size, token, mutate_random(random) % (size + 1));
	return LLVMFuzzerMutate(body, size, max_size);
}

/* Changes the body of one frame, or puts a new one behind the last. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	static uint8_t body[INPUT_MOST], rest[INPUT_MOST];
	uint32_t random = seed;
	size_t at = 1, length = 0, behind;

	if (size < 5 || size > INPUT_MOST || max_size > INPUT_MOST || mutate_once_in(&random, 8))
		return LLVMFuzzerMutate(data, size, max_size);
	while (at + 4 <= size) {
		length = (size_t)data[at + 2] << 8 | data[at + 3];
		length = length < size - at - 4 ? length : size - at - 4;
		if (mutate_once_in(&random, 2))
			break;
		at += 4 + length;
		length = 0;
	}
	if (at + 4 >= max_size)
		return LLVMFuzzerMutate(data, size, max_size);
	behind = at + 4 + length < size ? size - at - 4 - length : 0;
	memcpy(body, data + at + 4, length);
	memcpy(rest, data + size - behind, behind);
	length = change_body(body, length, max_size - at - 4 - behind, &random);
	put_length(data + at, length);
	memcpy(data + at + 4, body, length);
	memcpy(data + at + 4 + length, rest, behind);
	return at + 4 + length + behind;
}

/* -- the server -- */

struct octets {
	uint8_t *data;
	size_t size;
};

static struct ctl_server server;
static struct loop loop;
static struct fixture fixture;
static struct ctl_view view;
static struct sockaddr_un address;
static char run_dir[6000]; /* so long that a status does not go out in one part */

static void open_server(void)
{
	socklen_t size = sizeof(sa_family_t);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	fixture_init(&fixture, 7);
	memset(run_dir, 'r', sizeof(run_dir) - 1);
	fixture.view.run_dir = run_dir;
	address.sun_family = AF_UNIX;
	/* Without a path the kernel gives it an abstract name: no file to leave behind. */
	check(bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, 16) == 0);
	size = sizeof(address);
	check(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
	check(loop_open(&loop) == 0 && ctl_server_open(&server, &loop, fd, &view) == 0);
}

static int join(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	/* An automatic abstract name is five digits behind a NUL. */
	socklen_t size = sizeof(sa_family_t) + 6;

	check(connect(fd, (struct sockaddr *)&address, size) == 0);
	return fd;
}

static void append(struct octets *to, const void *data, size_t size)
{
	check(to->size + size <= ANSWERS_MOST);
	memcpy(to->data + to->size, data, size);
	to->size += size;
}

/* A turn of the server; what a client that reads gets by it. */
static bool turn(int fd, struct octets *answers)
{
	static uint8_t buffer[65536];
	bool is_more = false;
	ssize_t n;

	check(loop_turn(&loop, (struct mono){ 0 }) == 0);
	while (answers && (n = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0) {
		append(answers, buffer, (size_t)n);
		is_more = true;
	}
	return is_more;
}

/* An answer does not fit the socket: it goes out in parts. */
static void make_narrow(void)
{
	int size = 1;

	for (int i = 0; i < LIMIT_CTL_CLIENTS; i++)
		if (server.clients[i].mode != CTL_CLIENT_FREE)
			setsockopt(server.clients[i].source.fd, SOL_SOCKET, SO_SNDBUF, &size,
				   sizeof(size));
}

static bool is_empty(void)
{
	for (int i = 0; i < LIMIT_CTL_CLIENTS; i++)
		if (server.clients[i].mode != CTL_CLIENT_FREE)
			return false;
	return server.queued_size == 0;
}

/* One client that sends all this and goes. `answers` NULL: it reads nothing. */
static void talk(const uint8_t *data, size_t size, size_t piece, struct octets *answers)
{
	int fd = join();

	turn(fd, answers);
	if (piece < size)
		make_narrow();
	for (size_t at = 0, n; at < size; at += n) {
		n = size - at < piece ? size - at : piece;
		/* Who was hung up on cannot send any more. */
		if (send(fd, data + at, n, MSG_NOSIGNAL) != (ssize_t)n)
			break;
		turn(fd, answers);
	}
	for (int idle = 0; idle < IDLE_TURNS; idle++)
		if (turn(fd, answers))
			idle = 0;
	close(fd);
	for (int i = 0; i < IDLE_TURNS && !is_empty(); i++)
		check(loop_turn(&loop, (struct mono){ 0 }) == 0);
	check(is_empty());
}

static void check_answer(const json_t *answer)
{
	static const char *const codes[] = { "bad-request", "no-such-instance", "not-a-condition",
					     "too-large", "busy" };
	const char *code = json_string_value(json_object_get(answer, "code"));
	bool is_known = false;

	check(json_is_object(answer));
	check(json_integer_value(json_object_get(answer, "version")) == 1);
	if (!json_object_get(answer, "error"))
		return;
	check(json_is_string(json_object_get(answer, "error")) && code);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		is_known |= !strcmp(code, codes[i]);
	check(is_known);
}

static void append_frame(struct octets *to, json_t *document)
{
	char *frame;
	size_t size;

	check_answer(document);
	check(ctl_frame_build(document, LIMIT_CTL_ANSWER, &frame, &size) == 0);
	append(to, frame, size);
	free(frame);
	json_decref(document);
}

/* True when the server goes on reading. */
static bool expect_one(const char *body, size_t size, struct octets *expected)
{
	json_t *request = json_loadb(body, size, JSON_REJECT_DUPLICATES, NULL), *again, *copy;
	enum ctl_outcome outcome;
	json_t *answer = NULL;

	if (!request) {
		append_frame(expected,
			     ctl_error_document("bad-request", "a request is a JSON object"));
		return false;
	}
	copy = json_deep_copy(request);
	outcome = ctl_request_answer(&view, request, &answer);
	check(json_equal(request, copy));
	check((answer == NULL) == (outcome == CTL_HELD));
	check(ctl_request_answer(&view, request, &again) == outcome);
	check(outcome == CTL_HELD || json_equal(answer, again));
	if (outcome != CTL_HELD) {
		json_decref(again);
		append_frame(expected, answer);
	}
	json_decref(copy);
	json_decref(request);
	return outcome == CTL_ANSWERED;
}

static void expect(const uint8_t *data, size_t size, struct octets *expected)
{
	bool goes_on = true;

	while (goes_on && size >= 4) {
		size_t length = (size_t)data[0] << 24 | (size_t)data[1] << 16 |
				(size_t)data[2] << 8 | data[3];

		if (length > LIMIT_CTL_REQUEST) {
			append_frame(expected,
				     ctl_error_document("bad-request",
							"not a frame of the control protocol, or "
							"too long"));
			return;
		}
		if (length > size - 4)
			return;
		goes_on = expect_one((const char *)data + 4, length, expected);
		data += 4 + length;
		size -= 4 + length;
	}
}

static void try_server(uint8_t choice, const uint8_t *data, size_t size)
{
	static uint8_t rooms[3][ANSWERS_MOST];
	struct octets whole = { rooms[0], 0 }, pieces = { rooms[1], 0 }, wanted = { rooms[2], 0 };
	struct status_row row =
		fixture_row(choice & CHOICE_MASTER ? VRRP_STATE_MASTER : VRRP_STATE_BACKUP);

	fixture_write(&fixture, 0, &row);
	view = choice & CHOICE_NO_CONFIGURATION
		       ? (struct ctl_view){ .host = "server1", .run_dir = run_dir }
		       : fixture.view;
	expect(data, size, &wanted);
	talk(data, size, INPUT_MOST, &whole);
	check(whole.size == wanted.size && memcmp(whole.data, wanted.data, whole.size) == 0);
	talk(data, size, 1 + (choice & CHOICE_PIECE), &pieces);
	check(pieces.size == wanted.size && memcmp(pieces.data, wanted.data, pieces.size) == 0);
	talk(data, size, size / 2 + 1, NULL);
}

/* -- the client -- */

static void is_text(const char *text, bool has_colour)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		/* ESC [ … m: ours. */
		if (has_colour && c[0] == '\033' && c[1] == '[') {
			c += 2 + strspn((const char *)c + 2, "0123456789;");
			check(*c == 'm');
			continue;
		}
		check(*c == '\n' || (*c >= 0x20 && *c != 0x7f));
		/* Control characters of ISO 6429 have a second form. */
		check(c[0] != 0xc2 || c[1] < 0x80 || c[1] >= 0xa0);
	}
}

static void show(const json_t *document, uint8_t choice)
{
	bool has_colour = choice & CHOICE_COLOUR;
	struct cli_screen screen = { .width = 20 + (choice & CHOICE_PIECE), .height = 24,
				     .has_colour = has_colour };
	FILE *errors = stderr;
	char *text;
	size_t size;

	screen.out = open_memstream(&text, &size);
	check(screen.out);
	stderr = screen.out;
	if (cli_answer_check(document) == CLI_YES) {
		cli_status_print(&screen, document, choice & CHOICE_ALL, 1767323045678000);
		cli_explain_print(&screen, document);
	}
	stderr = errors;
	fclose(screen.out);
	check(strlen(text) == size);
	is_text(text, has_colour);
	free(text);
}

/* The next document by a second reading; NULL: none, and `ret_error` is what the client says. */
static json_t *next_document(const uint8_t **data, size_t *size, int *ret_error)
{
	const uint8_t *d = *data;
	size_t length;
	json_t *document;

	*ret_error = -ETIMEDOUT;
	if (*size < 4)
		return NULL;
	length = (size_t)d[0] << 24 | (size_t)d[1] << 16 | (size_t)d[2] << 8 | d[3];
	*ret_error = length > LIMIT_CTL_ANSWER ? -EMSGSIZE : -ETIMEDOUT;
	if (length > LIMIT_CTL_ANSWER || length > *size - 4)
		return NULL;
	document = json_loadb((const char *)d + 4, length, 0, NULL);
	*data += 4 + length;
	*size -= 4 + length;
	*ret_error = json_is_object(document) ? 0 : -EBADMSG;
	if (*ret_error == 0)
		return document;
	json_decref(document);
	return NULL;
}

/* What is there now, against the second reading of it; false: no more can come. */
static bool take_answers(struct ctl_connection *c, const uint8_t **data, size_t *size,
			 uint8_t choice)
{
	for (;;) {
		json_t *wanted, *got = NULL;
		int wanted_error, error;

		wanted = next_document(data, size, &wanted_error);
		error = ctl_connection_receive(c, 0, &got);
		check(error == wanted_error);
		if (error)
			return error == -ETIMEDOUT;
		check(json_equal(got, wanted));
		show(got, choice);
		json_decref(got);
		json_decref(wanted);
	}
}

static void try_client(uint8_t choice, const uint8_t *data, size_t size)
{
	size_t piece = 1 + 8 * (size_t)(choice & CHOICE_PIECE), unread = 0;
	struct ctl_connection c = { 0 };
	const uint8_t *from = data;
	int pair[2];

	check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
	c.fd = pair[0];
	for (size_t at = 0, n; at < size; at += n) {
		n = size - at < piece ? size - at : piece;
		check(send(pair[1], data + at, n, 0) == (ssize_t)n);
		unread += n;
		if (!take_answers(&c, &from, &unread, choice))
			break;
	}
	close(pair[1]);
	ctl_connection_close(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (address.sun_family == 0)
		open_server();
	if (size == 0 || size > INPUT_MOST)
		return 0;
	if (data[0] & CHOICE_CLIENT)
		try_client(data[0], data + 1, size - 1);
	else
		try_server(data[0], data + 1, size - 1);
	return 0;
}
