// peer.cpp: the call that an isolated component answers, by gRPC's synchronous API over a Unix socket. ../driver.c loads it.
#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "codec.grpc.pb.h"

namespace {

class Service final : public bench::Codec::Service {
  grpc::Status Add(grpc::ServerContext *, const bench::Pair *pair, bench::Sum *sum) override {
    sum->set_value(int32_t(uint32_t(pair->a()) + uint32_t(pair->b())));
    return grpc::Status::OK;
  }
};

// A name without a file, so that nothing is left behind.
std::string address;
std::unique_ptr<bench::Codec::Stub> stub;

[[noreturn]] void serve() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Service service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  builder.BuildAndStart()->Wait();
  _exit(0);
}

}  // namespace

extern "C" {

// A process that answers, where its parent runs now: gRPC starts in each of the two only after they parted.
void peer_start() {
  address = "unix-abstract:symbuild-bench-" + std::to_string(getpid());
  if (fork() == 0) serve();
}

int32_t peer_add(int32_t a, int32_t b) {
  if (!stub) stub = bench::Codec::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_wait_for_ready(true);  // for the first: the server may not be there yet
  bench::Pair pair;
  pair.set_a(a);
  pair.set_b(b);
  bench::Sum sum;
  if (const grpc::Status status = stub->Add(&context, pair, &sum); !status.ok()) {
    std::fprintf(stderr, "gRPC: %s\n", status.error_message().c_str());
    std::exit(1);
  }
  return sum.value();
}
}
